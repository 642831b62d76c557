package liquid

import "hookline/internal/data"

// Decode reads one JSON value for a template; see data.Decode.
func Decode(text []byte) (Value, error) { return data.Decode(string(text)) }

// DecodeObject reads one JSON object; any other JSON value is an error.
func DecodeObject(text []byte) (*Object, error) { return data.DecodeObject(string(text)) }
