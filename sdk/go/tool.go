package skill

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"baton.dev/skill/internal/contract/baton_skill_manifest"
	"baton.dev/skill/internal/contract/baton_skill_tools"
	wit "baton.dev/skill/internal/wit/types"
)

// Caller is who calls a tool.
type Caller struct {
	// Kind is `agent`, `person` or `client`.
	Kind, Name string
	// User and Conversation are empty where there is none.
	User, Conversation string
	Scopes             []string
	Extra              Pairs
}

// HasScope is whether the caller was authorized for it.
func (c *Caller) HasScope(scope string) bool { return slices.Contains(c.Scopes, scope) }

type tool func(arguments string, caller *Caller) (string, error)

// Function is a function that Tool offers.
type Function struct {
	arguments reflect.Type
	call      tool
}

// Func makes a tool's function of one whose argument is a struct. Its fields are
// the parameters, named by their `json` tags and described by `doc` tags; one
// that is a pointer or has `omitempty` may be left out. What it returns is
// written as JSON.
func Func[A, R any](function func(A) (R, error)) Function {
	return FuncFor(func(arguments A, _ *Caller) (R, error) { return function(arguments) })
}

// FuncFor is Func for a function that wants to know who calls.
func FuncFor[A, R any](function func(A, *Caller) (R, error)) Function {
	kind := reflect.TypeFor[A]()
	return Function{kind, func(text string, caller *Caller) (string, error) {
		var arguments A
		if err := readArguments(text, kind, &arguments); err != nil {
			return "", err
		}
		result, err := function(arguments, caller)
		if err != nil {
			return "", err
		}
		answer, err := json.Marshal(result)
		return string(answer), err
	}}
}

func readArguments(text string, kind reflect.Type, into any) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		return Refuse("invalid-arguments", "the arguments must be a JSON object: "+err.Error())
	}
	for _, field := range fieldsOf(kind) {
		if _, there := given[field.name]; !there && field.required {
			return Refuse("invalid-arguments", fmt.Sprintf("argument `%s` is missing", field.name))
		}
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			return Refuse("invalid-arguments", fmt.Sprintf(
				"argument `%s`: a %s where a %s should be", wrong.Field, wrong.Value, wrong.Type))
		}
		return Refuse("invalid-arguments", err.Error())
	}
	return nil
}

// ToolSetting says more about a tool.
type ToolSetting func(*baton_skill_manifest.Tool)

// Tool offers a function to agents, people and clients.
func (s *Skill) Tool(name, description string, function Function, says ...ToolSetting) *Skill {
	UseJSON()
	said := baton_skill_manifest.Tool{
		Name: name, Description: description, Effect: "write",
		Parameters: JSON(schemaOf(function.arguments)),
	}
	for _, say := range says {
		say(&said)
	}
	s.manifest.Tools = append(s.manifest.Tools, said)
	s.tools[name] = function.call
	return s
}

// Reads: the tool changes nothing.
func Reads() ToolSetting {
	return func(t *baton_skill_manifest.Tool) { t.Effect = "read" }
}

// ToolScopes are what a caller must have been authorized for.
func ToolScopes(scopes ...string) ToolSetting {
	return func(t *baton_skill_manifest.Tool) { t.Scopes = scopes }
}

type called = wit.Result[string, baton_skill_tools.ToolError]

func (s *Skill) call(name, arguments string, from baton_skill_tools.Caller) called {
	defer reportPanic()
	run, known := s.tools[name]
	if !known {
		return failed(Refuse("unknown-tool", fmt.Sprintf("this skill has no tool `%s`", name)))
	}
	s.recall()
	answer, err := run(arguments, &Caller{
		Kind: from.Kind, Name: from.Name, User: from.User.SomeOr(""),
		Conversation: from.Conversation.SomeOr(""), Scopes: from.Scopes, Extra: from.Extra,
	})
	s.keep()
	if err != nil {
		return failed(err)
	}
	return wit.Ok[string, baton_skill_tools.ToolError](answer)
}

func failed(err error) called {
	failure := baton_skill_tools.ToolError{Code: "failed", Message: err.Error()}
	var coded *Error
	if errors.As(err, &coded) {
		failure.Code = coded.among("unknown-tool", "invalid-arguments", "not-allowed", "failed")
	}
	return wit.Err[string](failure)
}
