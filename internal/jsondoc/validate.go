package jsondoc

import (
	"encoding/json"

	"github.com/google/jsonschema-go/jsonschema"
)

// Validate holds a text against a schema that Schema made. Other than the schema itself it refuses members that are not
// described.
func Validate(schema, text []byte) error {
	var s jsonschema.Schema
	if err := json.Unmarshal(schema, &s); err != nil {
		return err
	}
	for _, d := range s.Defs {
		d.AdditionalProperties = &jsonschema.Schema{Not: &jsonschema.Schema{}}
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		return err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	return resolved.Validate(value)
}
