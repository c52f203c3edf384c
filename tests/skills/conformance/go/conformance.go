// Uses all of the contract, the same in each language.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"baton.dev/skill"
	"baton.dev/skill/agents"
	"baton.dev/skill/clock"
	"baton.dev/skill/config"
	"baton.dev/skill/conversation"
	"baton.dev/skill/discovery"
	"baton.dev/skill/handoffs"
	"baton.dev/skill/http"
	"baton.dev/skill/log"
	"baton.dev/skill/payments"
	"baton.dev/skill/random"
	"baton.dev/skill/storage"
	"baton.dev/skill/tickets"
)

var memory struct {
	Answered int `json:"answered"`
}

func main() {}

func init() {
	skill.New("conformance", skill.Description("Uses all of the contract, the same in each language."),
		skill.MayName("billing", "legal")).
		Memory(&memory).
		Propose("expert", needsExpert,
			skill.Says("Whoever asks for an expert, or for help, gets one."),
			skill.Triggers("expert", "help"), skill.Priority(skill.Low), skill.Timeout(30*time.Second),
			skill.History("last:10"), skill.Returns(), skill.Metadata("kind", "question")).
		Propose("", goesByName, skill.Says("Whom the message names."),
			skill.Triggers("billing", "legal")).
		Keywords("expert", "by-a-word", "shortcut", "ÜBER").
		BeforeHandoff(enrich, skill.HookSays("Tells the target all that a hook can tell.")).
		AfterHandoff(standIn, skill.HookSays("Counts, and answers where the target has failed."),
			skill.Targets("expert"), skill.Order(5)).
		Tool("look", "Reads whatever can be read.", skill.Func(look), skill.Reads()).
		Tool("draw", "Draws numbers.", skill.Func(draw), skill.Reads()).
		Tool("act", "Does whatever can be done.", skill.FuncFor(act))
}

func needsExpert(query *skill.Query) *skill.Proposal {
	if !query.Mentions("expert") && query.WordStarting("help") == "" {
		return nil
	}
	return skill.Yes().Confidence(0.75).Reason("escalation").Instructions("Be brief.").
		Finding("answered", memory.Answered).
		Finding("user", cmp.Or(query.User, "a visitor")).
		Finding("turn", query.Turn)
}

func goesByName(query *skill.Query) *skill.Proposal {
	for _, name := range []string{"billing", "legal"} {
		if query.WordStarting(name) != "" {
			return skill.To(name).Confidence(0.5)
		}
	}
	return nil
}

func enrich(handoff *skill.Handoff) (*skill.Patch, error) {
	task := handoff.OriginalTask
	switch {
	case strings.Contains(task, "too poor"):
		return nil, skill.Refuse("payment-required", "there is no \"money\"")
	case strings.Contains(task, "not today"):
		return nil, skill.Refuse("not-allowed", "not today")
	case strings.Contains(task, "a person"):
		if _, err := tickets.ListOpen(); err != nil {
			return nil, err
		}
	}
	return new(skill.Patch).
		Fact(fmt.Sprintf("%s asks %s.", handoff.Source, handoff.Target)).
		Decision("Ask.").
		Finding("length", utf8.RuneCountInString(task)).
		Metadata("tier", "gold").
		Instructions("Stay polite.").
		Remember("asked", handoff.Target), nil
}

func standIn(_ *skill.Handoff, outcome *skill.Outcome) (*skill.Patch, error) {
	memory.Answered++
	patch := new(skill.Patch).Remember("answered", memory.Answered)
	if outcome.Error != "" {
		patch.FallbackReply("assistant", "Without the expert: "+outcome.Error)
	}
	return patch, nil
}

func look(arguments struct {
	Agent string `json:"agent" doc:"Who is looked at."`
}) ([]string, error) {
	agent := arguments.Agent
	seen := []string{}
	add := func(format string, values ...any) { seen = append(seen, fmt.Sprintf(format, values...)) }
	all, err := agents.List()
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		add("%s is %s", one.Name, one.State)
	}
	described, err := agents.Describe(agent)
	if err != nil {
		return nil, err
	}
	add("%s", described.Description)
	available, err := agents.Available(agent)
	if err != nil {
		return nil, err
	}
	add("available: %t", available)
	price, err := payments.Price(agent)
	if err != nil {
		return nil, err
	}
	if price == nil {
		add("price: none")
	} else {
		add("price: %s", shown(*price))
	}
	balance, err := payments.Balance()
	if err != nil {
		return nil, err
	}
	for _, money := range balance {
		add("balance: %s", shown(money))
	}
	found, err := discovery.FindAgents(agent, 3)
	if err != nil {
		return nil, err
	}
	for _, one := range found {
		add("found: %s %d %s", one.Agent, int(math.Round(one.Score*100)), one.Why)
	}
	messages, err := conversation.Messages("", 10)
	if err != nil {
		return nil, err
	}
	for _, message := range messages {
		add("%s: %s", cmp.Or(message.Agent, message.Role), message.Content)
	}
	tier, err := conversation.Metadata("tier")
	if err != nil {
		return nil, err
	}
	add("tier: %s", skill.Text(tier))
	profile, err := conversation.Profile()
	if err != nil {
		return nil, err
	}
	add("name: %s", profile.Text("name"))
	past, err := handoffs.History("", 10)
	if err != nil {
		return nil, err
	}
	for _, one := range past {
		add("%s to %s, %s", one.Source, one.Target, one.State)
	}
	active, err := handoffs.Active()
	if err != nil {
		return nil, err
	}
	add("active: %d", len(active))
	add("greeting: %s", config.Text("greeting"))
	add("now: %d", clock.Now().UnixMilli())
	open, err := tickets.ListOpen()
	if err != nil {
		return nil, err
	}
	for _, ticket := range open {
		add("ticket: %s", ticket.Reason)
	}
	var visits int
	if _, _, err := storage.Get("visits", &visits); err != nil {
		return nil, err
	}
	add("visits: %d", visits)
	keys, err := storage.Keys("", "", 10)
	if err != nil {
		return nil, err
	}
	add("keys: %s", strings.Join(keys, ", "))
	used, err := storage.Used()
	add("used: %d", used.Keys)
	return seen, err
}

func draw(struct{}) ([]string, error) {
	below, bytes := random.Below(1000), random.Bytes(4)
	return []string{
		fmt.Sprint(below), fmt.Sprintf("[%d, %d, %d, %d]", bytes[0], bytes[1], bytes[2], bytes[3]),
	}, nil
}

func act(arguments struct {
	Text string `json:"text" doc:"What is said everywhere."`
}, caller *skill.Caller) ([]string, error) {
	text := arguments.Text
	if text == "" {
		return nil, skill.Refuse("invalid-arguments", "say something")
	}
	done := []string{fmt.Sprintf("for %s %s", caller.Kind, caller.Name)}
	add := func(format string, values ...any) { done = append(done, fmt.Sprintf(format, values...)) }
	log.Info(text)
	for _, reply := range agents.QueryAll(
		agents.Question{Agent: "one", Text: text},
		agents.Question{Agent: "nobody", Text: "Who?"},
		agents.Question{Agent: "two", Text: text},
	) {
		var why *skill.Error
		if errors.As(reply.Err, &why) {
			add("%s", why.Code)
		} else {
			add("%s: %s", reply.Agent, reply.Reply)
		}
	}
	if err := conversation.SetMetadata("said", text); err != nil {
		return nil, err
	}
	ticket, err := tickets.Open(text, skill.Pair{Name: "from", Value: skill.JSON("act")})
	if err != nil {
		return nil, err
	}
	add("ticket: %s, %s", ticket.Reason, ticket.State)
	if err := cmp.Or(storage.Set("last", text), storage.Delete("old")); err != nil {
		return nil, err
	}
	visits, err := storage.Update("visits", func(before int) int { return before + 1 })
	if err != nil {
		return nil, err
	}
	add("visits: %d", visits)
	rate, err := http.Get("https://rates.example.com/eur")
	if err != nil {
		return nil, err
	}
	add("%d %s", rate.Status, rate.Body)
	body, err := json.Marshal(text)
	if err != nil {
		return nil, err
	}
	sent, err := http.Send(http.Request{Method: "POST", URL: "https://rates.example.com/eur", Body: body})
	if err != nil {
		return nil, err
	}
	add("sent: %d", sent.Status)
	return pay(done)
}

func pay(done []string) ([]string, error) {
	charged, err := payments.Charge(cents(5), "an answer", "answer")
	if err != nil {
		return nil, err
	}
	deposit, err := payments.Reserve(cents(2), "a deposit", "")
	if err != nil {
		return nil, err
	}
	half := cents(1)
	captured, err := payments.Capture(deposit.Id, &half)
	if err != nil {
		return nil, err
	}
	other, err := payments.Reserve(cents(3), "another", "")
	if err != nil {
		return nil, err
	}
	released, err := payments.Release(other.Id)
	if err != nil {
		return nil, err
	}
	refunded, err := payments.Refund(charged.Id, nil, "back")
	memory.Answered += 10
	return append(done, paid(charged), paid(captured), paid(released), paid(refunded)), err
}

func cents(count uint64) payments.Money {
	return payments.Money{Millionths: count * 10_000, Currency: "USD"}
}

func shown(money payments.Money) string {
	return fmt.Sprintf("%d %s", money.Millionths, money.Currency)
}

func paid(receipt payments.Receipt) string {
	return fmt.Sprintf("%s, %s: %s", receipt.Id, receipt.State, shown(receipt.Amount))
}
