package skill

import (
	"errors"

	"baton.dev/skill/internal/contract/baton_skill_manifest"
	"baton.dev/skill/internal/contract/baton_skill_types"
	wit "baton.dev/skill/internal/wit/types"
)

// Before runs when a handoff is prepared. An error refuses the handoff.
type Before func(*Handoff) (*Patch, error)

// After runs when the target has answered, or failed.
type After func(*Handoff, *Outcome) (*Patch, error)

type hook struct {
	before Before
	after  After
}

// HookSetting says more about a hook.
type HookSetting func(*baton_skill_manifest.Hook)

// BeforeHandoff has the function run when a handoff is prepared.
func (s *Skill) BeforeHandoff(run Before, says ...HookSetting) *Skill {
	return s.hook(hook{before: run}, nameOf(run), "before-handoff", "refuse", says)
}

// AfterHandoff has the function run when the target has answered, or failed.
func (s *Skill) AfterHandoff(run After, says ...HookSetting) *Skill {
	return s.hook(hook{after: run}, nameOf(run), "after-handoff", "continue", says)
}

func (s *Skill) hook(run hook, name, point, onFailure string, says []HookSetting) *Skill {
	said := baton_skill_manifest.Hook{
		Name: name, Point: point, Access: "amend", OnFailure: onFailure, Handoffs: "own",
	}
	for _, say := range says {
		say(&said)
	}
	s.manifest.Hooks = append(s.manifest.Hooks, said)
	s.hooks = append(s.hooks, run)
	return s
}

// HookName is another name than the function's.
func HookName(name string) HookSetting {
	return func(h *baton_skill_manifest.Hook) { h.Name = name }
}

// HookSays is the hook in words.
func HookSays(text string) HookSetting {
	return func(h *baton_skill_manifest.Hook) { h.Description = text }
}

// Order: lower runs earlier.
func Order(order int32) HookSetting {
	return func(h *baton_skill_manifest.Hook) { h.Order = order }
}

// Targets has the hook run only on handoffs to these agents.
func Targets(agents ...string) HookSetting {
	return func(h *baton_skill_manifest.Hook) { h.Targets = agents }
}

// OnAll has the hook run on everybody's handoffs, which is a grant.
func OnAll() HookSetting {
	return func(h *baton_skill_manifest.Hook) { h.Handoffs = "all" }
}

// OnFailure is what becomes of the handoff when the hook fails: `refuse` or
// `continue`.
func OnFailure(does string) HookSetting {
	return func(h *baton_skill_manifest.Hook) { h.OnFailure = does }
}

// Observe: what the hook returns is not used.
func Observe() HookSetting {
	return func(h *baton_skill_manifest.Hook) { h.Access = "observe" }
}

type settled = wit.Result[baton_skill_types.Patch, baton_skill_types.Refusal]

func (s *Skill) before(position uint32, given baton_skill_types.HandoffContext) settled {
	defer reportPanic()
	if int(position) >= len(s.hooks) || s.hooks[position].before == nil {
		return settle(nil, errors.New("this skill has no such hook"))
	}
	s.recall()
	patch, err := s.hooks[position].before(handoffOf(given))
	s.keep()
	return settle(patch, err)
}

func (s *Skill) after(position uint32, given baton_skill_types.HandoffContext, outcome baton_skill_types.Outcome) settled {
	defer reportPanic()
	if int(position) >= len(s.hooks) || s.hooks[position].after == nil {
		return settle(nil, errors.New("this skill has no such hook"))
	}
	s.recall()
	patch, err := s.hooks[position].after(handoffOf(given), outcomeOf(outcome))
	s.keep()
	return settle(patch, err)
}

func settle(patch *Patch, err error) settled {
	if err != nil {
		refusal := baton_skill_types.Refusal{Code: "other", Message: err.Error()}
		var coded *Error
		if errors.As(err, &coded) {
			refusal.Code = coded.among("unavailable", "not-allowed", "payment-required", "other")
		}
		return wit.Err[baton_skill_types.Patch](refusal)
	}
	if patch == nil {
		patch = &Patch{}
	}
	return wit.Ok[baton_skill_types.Patch, baton_skill_types.Refusal](patch.made)
}
