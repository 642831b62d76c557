package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// schemas are JSON Schemas by name, made from Go types as they are asked for.
type schemas map[string]any

// use says what a type is used for, which decides what is required of it.
type use int

const (
	given    use = iota // an answer: every member is there
	taken               // a body that makes something
	changing            // a body that changes something: no member has to be there
)

// of gives the schema of a type: a reference, for those that have a name.
func (s schemas) of(t reflect.Type, as use) map[string]any {
	switch {
	case t == objectType:
		return map[string]any{"type": "object"}
	case t == valueType:
		return map[string]any{}
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return orNull(s.of(t.Elem(), as))
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.of(t.Elem(), as)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem(), as)}
	case reflect.Struct:
		return s.reference(t, as)
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	}
	return map[string]any{"type": "string"}
}

func orNull(schema map[string]any) map[string]any {
	if kind, ok := schema["type"]; ok {
		schema["type"] = []any{kind, "null"}
		return schema
	}
	return map[string]any{"anyOf": []any{schema, map[string]any{"type": "null"}}}
}

func (s schemas) reference(t reflect.Type, as use) map[string]any {
	name := schemaName(t, as)
	if _, known := s[name]; !known {
		s[name] = nil // a type that holds itself would never end
		s[name] = s.object(t, as)
	}
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

func (s schemas) object(t reflect.Type, as use) map[string]any {
	properties := map[string]any{}
	required := []any{}
	s.members(t, as, properties, &required)
	object := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		object["required"] = required
	}
	return object
}

// members describes the fields of a struct; those of an embedded one are its own.
func (s schemas) members(t reflect.Type, as use, properties map[string]any, required *[]any) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			s.members(f.Type, as, properties, required)
			continue
		}
		properties[jsonName(f)] = s.member(f, as)
		isRequired := f.Tag.Get("required") == "true" && as != changing
		if as == given && !strings.HasSuffix(f.Tag.Get("json"), ",omitempty") || isRequired {
			*required = append(*required, jsonName(f))
		}
	}
}

// member describes a field by its type and its tags.
func (s schemas) member(f reflect.StructField, as use) map[string]any {
	schema := s.of(f.Type, as)
	if about := f.Tag.Get("doc"); about != "" {
		schema["description"] = about
	}
	if enum := f.Tag.Get("enum"); enum != "" {
		words := []any{}
		for word := range strings.SplitSeq(enum, ",") {
			words = append(words, word)
		}
		schema["enum"] = words
	}
	if example := f.Tag.Get("example"); example != "" {
		schema["examples"] = []any{example}
	}
	if text := f.Tag.Get("default"); text != "" && as == taken {
		schema["default"] = defaultValue(text)
	}
	return schema
}

// defaultValue reads a tag: true, 4000, whole.
func defaultValue(tag string) any {
	var value any
	if json.Unmarshal([]byte(tag), &value) != nil {
		return tag
	}
	return value
}

// schemaName makes a name of a type's: sourceAnswer is Source, a sourceForm is
// NewSource when it makes one and SourceChange when it changes one.
func schemaName(t reflect.Type, as use) string {
	name := t.Name()
	if generic, of, ok := strings.Cut(name, "["); ok {
		name = generic
		if of = of[strings.LastIndexByte(of, '.')+1 : len(of)-1]; name == "listAnswer" {
			name = strings.TrimSuffix(of, "Answer") + "List"
		}
	}
	base, isForm := strings.CutSuffix(name, "Form")
	name = strings.TrimSuffix(strings.TrimSuffix(base, "Answer"), "Of")
	name = string(unicode.ToUpper(rune(name[0]))) + name[1:]
	switch {
	case isForm && as == taken:
		return "New" + name
	case isForm && as == changing:
		return name + "Change"
	}
	return name
}
