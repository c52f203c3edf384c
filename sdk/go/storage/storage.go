// Package storage is values that outlive the conversation, for this skill alone.
package storage

import (
	"encoding/json"

	"baton.dev/skill"
	contract "baton.dev/skill/internal/contract/baton_skill_storage"
	wit "baton.dev/skill/internal/wit/types"
)

// Version is of a value as it was read. The zero value: there was none.
type Version struct{ number wit.Option[uint64] }

// Usage is how much is kept, and how much may be.
type Usage = contract.Usage

// Get reads the value under a key into what `into` points at; false if there is
// none.
func Get(key string, into any) (Version, bool, error) {
	entry, err := skill.Settle(contract.Get(key))
	if err != nil || !entry.IsSome() {
		return Version{}, false, err
	}
	return Version{entry.Some().Version}, true, json.Unmarshal([]byte(entry.Some().Value), into)
}

// Set is stored together with the turn's answer, or not at all.
func Set(key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = skill.Settle(contract.Set(key, string(text)))
	return err
}

// Delete removes as Set writes: with the turn's answer.
func Delete(key string) error {
	_, err := skill.Settle(contract.Delete(key))
	return err
}

// Keys are at most `limit` keys that begin with `prefix`, in order, those after
// `after`. At most 1000 a call.
func Keys(prefix, after string, limit int) ([]string, error) {
	return skill.Settle(contract.Keys(prefix, wit.Of(after), uint32(limit)))
}

// CompareAndSet writes at once, and only if the version is still the one that
// was read. False: another was first.
func CompareAndSet(key string, version Version, value any) (bool, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return false, err
	}
	written, err := skill.Settle(contract.CompareAndSet(key, version.number, string(text)))
	return written.IsSome(), err
}

// Update changes a value at once, and again if another was first, so that no
// change is lost. Where there is none, `change` is given the zero value.
func Update[T any](key string, change func(T) T) (T, error) {
	for {
		var before T
		version, _, err := Get(key, &before)
		if err != nil {
			return before, err
		}
		after := change(before)
		if written, err := CompareAndSet(key, version, after); err != nil || written {
			return after, err
		}
	}
}

// Used is how much is kept.
func Used() (Usage, error) { return skill.Settle(contract.Used()) }
