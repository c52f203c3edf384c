package wit_types

const (
	ResultOk  = 0
	ResultErr = 1
)

// Result is a value, or what went wrong.
type Result[T, E any] struct {
	tag   uint8
	value T
	err   E
}

// Unit is the value of what gives none.
type Unit struct{}

// Tag tells which of both it is.
func (r Result[T, E]) Tag() uint8 { return r.tag }

// Ok is the value.
func (r Result[T, E]) Ok() T { return r.value }

// Err is what went wrong.
func (r Result[T, E]) Err() E { return r.err }

// Ok is a value.
func Ok[T, E any](value T) Result[T, E] { return Result[T, E]{value: value} }

// Err is what went wrong.
func Err[T, E any](err E) Result[T, E] { return Result[T, E]{tag: ResultErr, err: err} }
