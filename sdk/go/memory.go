package skill

import (
	"bytes"
	"encoding/json"
	"reflect"

	"baton.dev/skill/internal/contract/baton_skill_log"
	"baton.dev/skill/internal/contract/baton_skill_state"
	wit "baton.dev/skill/internal/wit/types"
)

// Memory has the skill remember a conversation in the struct that `memory`
// points at: read before each call, written after a hook or a tool that has
// changed it. It is kept as JSON, so that a new field is no problem.
func (s *Skill) Memory(memory any) *Skill {
	UseJSON()
	value := reflect.ValueOf(memory).Elem()
	empty := reflect.Zero(value.Type())
	// What was read; nil where nothing is kept.
	var kept []byte
	s.recall = func() {
		value.Set(empty)
		kept = nil
		loaded := baton_skill_state.Load()
		if !loaded.IsSome() {
			return
		}
		if err := json.Unmarshal(loaded.Some(), memory); err != nil {
			baton_skill_state.Unreadable(err.Error())
			value.Set(empty)
			// Unlike anything that is ever written, so that it is replaced.
			kept = []byte{}
			return
		}
		kept = loaded.Some()
	}
	s.keep = func() {
		// The first value need not be kept to be recalled.
		if kept == nil && value.IsZero() {
			return
		}
		now := marshaled(memory)
		if bytes.Equal(now, kept) {
			return
		}
		saved := baton_skill_state.Save(now)
		if saved.Tag() == wit.ResultErr {
			baton_skill_log.Write("error", "what the skill remembers is not kept: "+saved.Err().Message)
		}
	}
	return s
}

func marshaled(memory any) []byte {
	text, err := json.Marshal(memory)
	if err != nil {
		panic(err)
	}
	return text
}
