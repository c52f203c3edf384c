package skill

import (
	"fmt"
	"reflect"
	"strings"
)

type field struct {
	name, doc string
	kind      reflect.Type
	required  bool
}

func fieldsOf(kind reflect.Type) []field {
	var fields []field
	if kind.Kind() != reflect.Struct {
		panic(fmt.Sprintf("the argument of a tool is a struct, not %s", kind))
	}
	for i := range kind.NumField() {
		said := kind.Field(i)
		name, options, _ := strings.Cut(said.Tag.Get("json"), ",")
		if !said.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = said.Name
		}
		left := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		fields = append(fields, field{
			name, said.Tag.Get("doc"), said.Type, !left && said.Type.Kind() != reflect.Pointer,
		})
	}
	return fields
}

// The JSON Schema (2020-12) of a type, whole in one piece: those who read it,
// models foremost, follow no references.
func schemaOf(kind reflect.Type) map[string]any {
	switch kind.Kind() {
	case reflect.Pointer:
		return schemaOf(kind.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": schemaOf(kind.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(kind.Elem())}
	case reflect.Interface:
		return map[string]any{}
	case reflect.Struct:
		properties, required := map[string]any{}, []string{}
		for _, field := range fieldsOf(kind) {
			schema := schemaOf(field.kind)
			if field.doc != "" {
				schema["description"] = field.doc
			}
			properties[field.name] = schema
			if field.required {
				required = append(required, field.name)
			}
		}
		schema := map[string]any{"type": "object", "properties": properties}
		if len(required) > 0 {
			schema["required"] = required
		}
		return schema
	}
	panic(fmt.Sprintf("a tool cannot have an argument of type %s", kind))
}
