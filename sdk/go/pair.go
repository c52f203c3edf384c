package skill

import (
	"strconv"
	"unicode/utf8"

	"baton.dev/skill/internal/contract/baton_skill_types"
)

// Pair is a named value, in JSON.
type Pair = baton_skill_types.Pair

// Pairs are named values.
type Pairs []Pair

// JSON is the value under this name, or "".
func (p Pairs) JSON(name string) string {
	for _, pair := range p {
		if pair.Name == name {
			return pair.Value
		}
	}
	return ""
}

// Text is the text under this name, or "".
func (p Pairs) Text(name string) string {
	return Text(p.JSON(name))
}

// marshal writes what has no simple form. A skill that writes none is spared
// the package for it, see Marshal.
var marshal func(any) string

// JSON writes a value. Texts, numbers and truth are written as they are; for
// anything else a skill calls UseJSON once.
func JSON(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return quote(value)
	case bool:
		return strconv.FormatBool(value)
	case int:
		return strconv.Itoa(value)
	case int64:
		return strconv.FormatInt(value, 10)
	case uint64:
		return strconv.FormatUint(value, 10)
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	if marshal == nil {
		panic("call skill.UseJSON in the skill's init to write values that are no text, number or truth")
	}
	return marshal(value)
}

const hex = "0123456789abcdef"

func quote(text string) string {
	out := make([]byte, 0, len(text)+2)
	out = append(out, '"')
	for _, letter := range text {
		switch {
		case letter == '"' || letter == '\\':
			out = append(out, '\\', byte(letter))
		case letter < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[letter>>4], hex[letter&15])
		default:
			out = utf8.AppendRune(out, letter)
		}
	}
	return string(append(out, '"'))
}
