package skill

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is what a JSON text says, or "" for JSON of another kind.
func Text(json string) string {
	if len(json) < 2 || json[0] != '"' {
		return ""
	}
	json = json[1 : len(json)-1]
	out := make([]byte, 0, len(json))
	for i := 0; i < len(json); i++ {
		if json[i] != '\\' {
			out = append(out, json[i])
			continue
		}
		i++
		switch json[i] {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			letter := code(json[i+1:])
			i += 4
			// Two halves of a letter beyond the first 65,536.
			if utf16.IsSurrogate(letter) && len(json) > i+6 {
				letter = utf16.DecodeRune(letter, code(json[i+3:]))
				i += 6
			}
			out = utf8.AppendRune(out, letter)
		default:
			out = append(out, json[i])
		}
	}
	return string(out)
}

func code(digits string) rune {
	number, _ := strconv.ParseUint(digits[:4], 16, 16)
	return rune(number)
}
