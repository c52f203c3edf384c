// Package wit_runtime is the memory and the handles of the generated bindings.
// It does what go.bytecodealliance.org/pkg/wit/runtime does, without `fmt`.
package wit_runtime

import (
	"runtime"
	"unsafe"
)

// Handle is a resource of the host's, until it is taken.
type Handle struct{ value int32 }

// MakeHandle takes charge of a resource.
func MakeHandle(value int32) *Handle { return &Handle{value} }

// Use is the handle, which stays.
func (h *Handle) Use() int32 {
	if h.value == 0 {
		panic("this work has been finished or given up already")
	}
	return h.value
}

// Take is the handle, which is gone then.
func (h *Handle) Take() int32 {
	value := h.Use()
	h.value = 0
	return value
}

// TakeOrNil is 0 for a handle that is gone.
func (h *Handle) TakeOrNil() int32 {
	value := h.value
	h.value = 0
	return value
}

// Set puts another one in the place of one that is gone.
func (h *Handle) Set(value int32) { h.value = value }

// Allocate gives memory that stays where it is until the pinner lets go.
func Allocate(pinner *runtime.Pinner, size, align uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	var memory unsafe.Pointer
	switch align {
	case 8:
		memory = unsafe.Pointer(unsafe.SliceData(make([]uint64, (size+7)/8)))
	case 4:
		memory = unsafe.Pointer(unsafe.SliceData(make([]uint32, (size+3)/4)))
	case 2:
		memory = unsafe.Pointer(unsafe.SliceData(make([]uint16, (size+1)/2)))
	default:
		memory = unsafe.Pointer(unsafe.SliceData(make([]uint8, size)))
	}
	pinner.Pin(memory)
	return memory
}
