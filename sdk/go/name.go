package skill

import (
	"reflect"
	"runtime"
	"strings"
)

// Of main.needsFinanceExpert the name is needs-finance-expert. A function that
// has none, since it was written where it is given, needs Name.
func nameOf(function any) string {
	name := runtime.FuncForPC(reflect.ValueOf(function).Pointer()).Name()
	name = strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], "-fm")
	var dashed strings.Builder
	for i, letter := range name {
		if letter >= 'A' && letter <= 'Z' {
			if i > 0 {
				dashed.WriteByte('-')
			}
			letter += 'a' - 'A'
		}
		dashed.WriteRune(letter)
	}
	return dashed.String()
}
