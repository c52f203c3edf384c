// Sends complex questions to the specialist, before other skills decide.
package main

import (
	"strings"
	"time"

	"baton.dev/skill"
)

func main() {}

func init() {
	skill.New("specialist", skill.Description("Sends complex questions to the specialist.")).
		Handoff("specialist", needsSpecialist,
			skill.Says("Complex questions go to the specialist, who has half a minute."),
			skill.Priority(skill.High),
			skill.Timeout(30*time.Second),
			skill.Metadata("priority", "high"),
			skill.Metadata("timeout", 30))
}

// A question of more words than this is about several things at once.
const manyWords = 60

func needsSpecialist(query *skill.Query) bool {
	return query.Mentions("complex", "complicated", "in depth") ||
		len(strings.Fields(query.Text)) > manyWords
}
