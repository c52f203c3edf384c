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

// Before the runtime has begun, only this gives memory.
//
//go:linkname sbrk runtime.sbrk
func sbrk(n uintptr) unsafe.Pointer

var begun = false

func init() { begun = true }

var pinner runtime.Pinner

// Unpin lets go of what the host has been given room for.
func Unpin() { pinner.Unpin() }

// While it allocates, the collector must not ask the host for the time.
//
//go:wasmimport wasi_snapshot_preview1 adapter_monotonic_clock_set_paused
func pauseClock(paused bool)

//go:wasmexport cabi_realloc
func cabiRealloc(old unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	if old != nil || oldSize != 0 {
		panic("the host does not grow what it was given")
	}
	if begun {
		pauseClock(true)
		memory := Allocate(&pinner, size, align)
		pauseClock(false)
		return memory
	}
	memory := uintptr(sbrk(size + align))
	return unsafe.Pointer((memory + align - 1) &^ (align - 1))
}
