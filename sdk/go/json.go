package skill

import "encoding/json"

// UseJSON lets JSON write values of any type. Tools and memory do so anyway; a
// skill without them is smaller and starts faster without it.
func UseJSON() {
	marshal = func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		return string(text)
	}
}

// Read reads the value under this name into what `into` points at; false if
// there is none, or of another kind.
func (p Pairs) Read(name string, into any) bool {
	text := p.JSON(name)
	return text != "" && json.Unmarshal([]byte(text), into) == nil
}
