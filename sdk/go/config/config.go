// Package config is what the operator configured for this skill.
package config

import (
	"baton.dev/skill"
	contract "baton.dev/skill/internal/contract/baton_skill_config"
)

// JSON is a value; false if it is not set. A secret is the text `secret:NAME`.
func JSON(name string) (string, bool) {
	value := contract.Get(name)
	return value.SomeOr(""), value.IsSome()
}

// Text is a text, or "".
func Text(name string) string {
	json, _ := JSON(name)
	return skill.Text(json)
}

// All is all of it.
func All() skill.Pairs { return contract.All() }
