// Package wit_types is what the generated bindings know options and results as.
package wit_types

const (
	OptionNone = 0
	OptionSome = 1
)

// Option is a value, or none.
type Option[T any] struct {
	tag   uint8
	value T
}

// Tag tells which of both it is.
func (o Option[T]) Tag() uint8 { return o.tag }

// IsSome is whether there is one.
func (o Option[T]) IsSome() bool { return o.tag == OptionSome }

// Some is the value.
func (o Option[T]) Some() T { return o.value }

// SomeOr is the value, or another where there is none.
func (o Option[T]) SomeOr(other T) T {
	if o.tag == OptionSome {
		return o.value
	}
	return other
}

// None is no value.
func None[T any]() Option[T] { return Option[T]{} }

// Some is a value.
func Some[T any](value T) Option[T] { return Option[T]{OptionSome, value} }

// Of is a value, or none for the empty one.
func Of[T comparable](value T) Option[T] {
	var empty T
	if value == empty {
		return None[T]()
	}
	return Some(value)
}
