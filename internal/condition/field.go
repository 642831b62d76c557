package condition

// FieldKind is what a clause looks at: the first word of a field in the text form.
type FieldKind string

// The kinds of fields. The keys are stable: they stand in stored text and in forms.
const (
	FieldType        FieldKind = "type"
	FieldEvent       FieldKind = "event"
	FieldUserID      FieldKind = "userId"
	FieldAnonymousID FieldKind = "anonymousId"
	FieldGroupID     FieldKind = "groupId"
	FieldName        FieldKind = "name"
	FieldCategory    FieldKind = "category"
	FieldProperty    FieldKind = "properties"
	FieldTrait       FieldKind = "traits"
	FieldContext     FieldKind = "context"
	FieldPerson      FieldKind = "person"
	FieldSegment     FieldKind = "segment"
	FieldDeed        FieldKind = "did"
)

// Field names what a clause looks at. Path leads from a keyed kind's object to the value, one key or list
// index a part, and is empty for the other kinds. Of a deed it is the event's name and, where only a time counts,
// that time as a [Span] is written.
type Field struct {
	Kind FieldKind `json:"kind"`
	Path []string  `json:"path,omitempty"`
}

// String returns the field as the text form writes it.
func (f Field) String() string {
	return string(appendField(nil, f))
}

// FieldChoice is one kind of field as the builder offers it.
type FieldChoice struct {
	Kind    FieldKind
	Label   string
	Keyed   bool     // wants a key beside it: the path below properties, traits, context or person, or the event of a deed
	KeyHint string   // an example of a key
	Values  []string // the values worth suggesting, where they are known
}

var fieldChoices = []FieldChoice{
	{
		Kind: FieldType, Label: "Event type",
		Values: []string{"track", "identify", "page", "screen", "group", "alias"},
	},
	{Kind: FieldEvent, Label: "Event name"},
	{Kind: FieldProperty, Label: "Event property", Keyed: true, KeyHint: "plan"},
	{Kind: FieldTrait, Label: "Event trait", Keyed: true, KeyHint: "email"},
	{Kind: FieldContext, Label: "Event context", Keyed: true, KeyHint: "page.url"},
	{Kind: FieldPerson, Label: "Person attribute", Keyed: true, KeyHint: "plan"},
	{Kind: FieldDeed, Label: "What they did", Keyed: true, KeyHint: "Order Completed"},
	{Kind: FieldSegment, Label: "Segment"},
	{Kind: FieldUserID, Label: "User id"},
	{Kind: FieldAnonymousID, Label: "Anonymous id"},
	{Kind: FieldGroupID, Label: "Group id"},
	{Kind: FieldName, Label: "Page or screen name"},
	{Kind: FieldCategory, Label: "Page category"},
}

// Fields returns the kinds of fields in the order the builder offers them.
func Fields() []FieldChoice {
	return append([]FieldChoice(nil), fieldChoices...)
}

func fieldChoice(kind FieldKind) (FieldChoice, bool) {
	for _, choice := range fieldChoices {
		if choice.Kind == kind {
			return choice, true
		}
	}
	return FieldChoice{}, false
}

func (k FieldKind) keyed() bool {
	switch k {
	case FieldProperty, FieldTrait, FieldContext, FieldPerson, FieldDeed:
		return true
	}
	return false
}
