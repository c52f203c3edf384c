// Package skill is for skills of Baton: conditions under which a conversation is
// handed over, hooks around that, and tools.
//
//	func main() {}
//
//	func init() {
//		skill.New("finance", skill.Version("0.1.0")).
//			Handoff("finance-expert", needsFinanceExpert, skill.Triggers("stock", "portfolio"))
//	}
package skill

import (
	"baton.dev/skill/internal/contract/baton_skill_manifest"
	"baton.dev/skill/internal/desk"
	wit "baton.dev/skill/internal/wit/types"

	_ "baton.dev/skill/internal/contract" // the exports
)

// Skill is what a program says that it is. There is one in a program.
type Skill struct {
	manifest   baton_skill_manifest.Skill
	conditions []func(*Query) *Proposal
	hooks      []hook
	tools      map[string]tool
	recall     func()
	keep       func()
}

// Setting says more about a skill.
type Setting func(*Skill)

// New begins a skill.
func New(name string, settings ...Setting) *Skill {
	s := &Skill{tools: map[string]tool{}, recall: func() {}, keep: func() {}}
	s.manifest.Name = name
	s.manifest.Version = "0.1.0"
	s.manifest.StateVersion = 1
	for _, set := range settings {
		set(s)
	}
	desk.Describe = s.describe
	desk.Evaluate = s.evaluate
	desk.Before = s.before
	desk.After = s.after
	desk.Call = s.call
	return s
}

// Version is a semantic version; 0.1.0 if it is not said.
func Version(version string) Setting {
	return func(s *Skill) { s.manifest.Version = version }
}

// Description is for people.
func Description(text string) Setting {
	return func(s *Skill) { s.manifest.Description = text }
}

// StateVersion is raised when old memory cannot be read any more.
func StateVersion(version uint32) Setting {
	return func(s *Skill) { s.manifest.StateVersion = version }
}

// Depends names skills and capabilities without which the skill cannot work.
func Depends(names ...string) Setting {
	return func(s *Skill) { s.manifest.Depends = names }
}

// MayName says which agents conditions without a target can name.
func MayName(agents ...string) Setting {
	return func(s *Skill) { s.manifest.Targets = agents }
}

// ConfigSchema is the JSON Schema of the configuration that the skill reads.
func ConfigSchema(schema string) Setting {
	return func(s *Skill) { s.manifest.ConfigSchema = wit.Some(schema) }
}

func (s *Skill) describe() baton_skill_manifest.Skill {
	defer reportPanic()
	return s.manifest
}
