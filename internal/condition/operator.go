package condition

import "slices"

// Operator is how a clause compares. The keys are stable: forms carry them.
type Operator string

// The operators. Which a kind of field takes is told by [Operators]; how each is written and when it is met,
// by the package comment.
const (
	OpIs            Operator = "is"
	OpIsNot         Operator = "is_not"
	OpIsEmpty       Operator = "is_empty"
	OpIsNotEmpty    Operator = "is_not_empty"
	OpContains      Operator = "contains"
	OpNotContains   Operator = "not_contains"
	OpStartsWith    Operator = "starts_with"
	OpNotStartsWith Operator = "not_starts_with"
	OpEndsWith      Operator = "ends_with"
	OpNotEndsWith   Operator = "not_ends_with"
	OpOneOf         Operator = "one_of"
	OpNotOneOf      Operator = "not_one_of"
	OpEqual         Operator = "equal"
	OpNotEqual      Operator = "not_equal"
	OpLess          Operator = "less"
	OpAtMost        Operator = "at_most"
	OpGreater       Operator = "greater"
	OpAtLeast       Operator = "at_least"
	OpIsTrue        Operator = "is_true"
	OpIsNotTrue     Operator = "is_not_true"
	OpIsFalse       Operator = "is_false"
	OpIsNotFalse    Operator = "is_not_false"
	OpExists        Operator = "exists"
	OpNotExists     Operator = "not_exists"
	OpBefore        Operator = "before"
	OpAfter         Operator = "after"
	OpInSegment     Operator = "in_segment"
	OpNotInSegment  Operator = "not_in_segment"
	OpDid           Operator = "did"
	OpNotDid        Operator = "not_did"
	OpDidAtLeast    Operator = "did_at_least"
	OpDidAtMost     Operator = "did_at_most"
	OpDidExactly    Operator = "did_exactly"
)

// Input is what the builder shows for an operator's value.
type Input string

// The inputs. InputList takes one value a line; InputSegment a segment's id; InputTimes a whole number.
const (
	InputNone    Input = "none"
	InputText    Input = "text"
	InputNumber  Input = "number"
	InputDate    Input = "date"
	InputList    Input = "list"
	InputSegment Input = "segment"
	InputTimes   Input = "times"
)

// ManyValues as OperatorChoice.Values stands for one value or more.
const ManyValues = -1

// OperatorChoice is one operator as the builder offers it.
type OperatorChoice struct {
	Op     Operator
	Label  string
	Input  Input
	Values int  // how many values it takes: 0, 1 or ManyValues
	Rare   bool // offered only in a row that uses it already, as a condition written as text may
}

// operatorInfo is what every kind of field shares about an operator.
type operatorInfo struct {
	label string
	input Input
}

var operatorInfos = map[Operator]operatorInfo{
	OpIs:            {"is", InputText},
	OpIsNot:         {"is not", InputText},
	OpIsEmpty:       {"is empty text", InputNone},
	OpIsNotEmpty:    {"is not empty text", InputNone},
	OpContains:      {"contains", InputText},
	OpNotContains:   {"does not contain", InputText},
	OpStartsWith:    {"starts with", InputText},
	OpNotStartsWith: {"does not start with", InputText},
	OpEndsWith:      {"ends with", InputText},
	OpNotEndsWith:   {"does not end with", InputText},
	OpOneOf:         {"is one of", InputList},
	OpNotOneOf:      {"is not one of", InputList},
	OpEqual:         {"= (number)", InputNumber},
	OpNotEqual:      {"≠ (number)", InputNumber},
	OpLess:          {"<", InputNumber},
	OpAtMost:        {"≤", InputNumber},
	OpGreater:       {">", InputNumber},
	OpAtLeast:       {"≥", InputNumber},
	OpIsTrue:        {"is true", InputNone},
	OpIsNotTrue:     {"is not true", InputNone},
	OpIsFalse:       {"is false", InputNone},
	OpIsNotFalse:    {"is not false", InputNone},
	OpExists:        {"exists", InputNone},
	OpNotExists:     {"does not exist", InputNone},
	OpBefore:        {"before (date)", InputDate},
	OpAfter:         {"after (date)", InputDate},
	OpInSegment:     {"is in", InputSegment},
	OpNotInSegment:  {"is not in", InputSegment},
	OpDid:           {"at least once", InputNone},
	OpNotDid:        {"never", InputNone},
	OpDidAtLeast:    {"at least … times", InputTimes},
	OpDidAtMost:     {"at most … times", InputTimes},
	OpDidExactly:    {"exactly … times", InputTimes},
}

// offer is what a class of fields takes: operators for everyone, and the rare ones that only text brings in.
type offer struct {
	common, rare []Operator
}

var (
	textCommon = []Operator{OpIs, OpIsNot, OpContains, OpNotContains, OpStartsWith, OpEndsWith}

	typeOffer  = offer{[]Operator{OpIs, OpIsNot, OpOneOf}, []Operator{OpNotOneOf}}
	eventOffer = offer{
		slices.Concat(textCommon, []Operator{OpOneOf}),
		[]Operator{
			OpNotStartsWith, OpNotEndsWith, OpNotOneOf, OpExists, OpNotExists, OpIsEmpty, OpIsNotEmpty,
		},
	}
	idOffer = offer{
		slices.Concat(textCommon, []Operator{OpExists, OpNotExists, OpOneOf}),
		[]Operator{OpNotStartsWith, OpNotEndsWith, OpNotOneOf, OpIsEmpty, OpIsNotEmpty},
	}
	attributeOffer = offer{
		slices.Concat(textCommon, []Operator{
			OpLess, OpAtMost, OpGreater, OpAtLeast, OpExists, OpNotExists, OpIsTrue, OpIsFalse, OpOneOf,
			OpBefore, OpAfter,
		}),
		[]Operator{
			OpNotStartsWith, OpNotEndsWith, OpNotOneOf, OpIsEmpty, OpIsNotEmpty, OpEqual, OpNotEqual,
			OpIsNotTrue, OpIsNotFalse,
		},
	}
	segmentOffer = offer{[]Operator{OpInSegment, OpNotInSegment}, nil}
	deedOffer    = offer{[]Operator{OpDid, OpNotDid, OpDidAtLeast, OpDidAtMost, OpDidExactly}, nil}
)

// offerOf sorts the kinds into classes. Attributes can be of any type, the ids and names are always text.
func offerOf(kind FieldKind) offer {
	switch kind {
	case FieldType:
		return typeOffer
	case FieldEvent:
		return eventOffer
	case FieldUserID, FieldAnonymousID, FieldGroupID, FieldName, FieldCategory:
		return idOffer
	case FieldProperty, FieldTrait, FieldContext, FieldPerson:
		return attributeOffer
	case FieldSegment:
		return segmentOffer
	case FieldDeed:
		return deedOffer
	}
	return offer{}
}

// Operators returns what a kind of field can be asked, in the order the builder offers it, the rare ones
// last. Every clause that [Parse] accepts uses one of them. An unknown kind has none.
func Operators(kind FieldKind) []OperatorChoice {
	offered := offerOf(kind)
	choices := make([]OperatorChoice, 0, len(offered.common)+len(offered.rare))
	for _, op := range offered.common {
		choices = append(choices, op.choice(false))
	}
	for _, op := range offered.rare {
		choices = append(choices, op.choice(true))
	}
	return choices
}

func (op Operator) choice(rare bool) OperatorChoice {
	info := operatorInfos[op]
	values := 1
	switch info.input {
	case InputNone:
		values = 0
	case InputList:
		values = ManyValues
	}
	return OperatorChoice{Op: op, Label: info.label, Input: info.input, Values: values, Rare: rare}
}

// takes reports whether a clause about k may use op, rare or not.
func (k FieldKind) takes(op Operator) bool {
	offered := offerOf(k)
	return slices.Contains(offered.common, op) || slices.Contains(offered.rare, op)
}
