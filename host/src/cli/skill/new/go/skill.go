// Hands refunds to the specialist, with the number of the order.
package main

import (
	"regexp"
	"strconv"

	"baton.dev/skill"
)

func main() {}

func init() {
	skill.New("skill-name", skill.Description("Hands refunds to the specialist, with the number of the order.")).
		Handoff("specialist", wantsRefund,
			skill.Says("Whoever wants money back gets the specialist."),
			skill.Triggers("refund", "money back")).
		BeforeHandoff(noteOrder,
			skill.HookSays("Tells the specialist which order it is about.")).
		Tool("find-order", "Finds the number of an order in a text.",
			skill.Func(findOrder), skill.Reads())
}

func wantsRefund(query *skill.Query) bool {
	return query.Mentions("refund", "money back")
}

func noteOrder(handoff *skill.Handoff) (*skill.Patch, error) {
	patch := new(skill.Patch)
	if order := orderIn(handoff.OriginalTask); order != 0 {
		return patch.Finding("order", order), nil
	}
	return patch.Instructions("Ask for the number of the order first."), nil
}

func findOrder(arguments struct {
	Text string `json:"text" doc:"What somebody wrote."`
}) (int, error) {
	order := orderIn(arguments.Text)
	if order == 0 {
		return 0, skill.Refuse("invalid-arguments", "no number of an order is in it")
	}
	return order, nil
}

var number = regexp.MustCompile("[0-9]{4,}")

// The first number of four digits or more; 0 if there is none.
func orderIn(text string) int {
	order, _ := strconv.Atoi(number.FindString(text))
	return order
}
