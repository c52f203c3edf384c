package wit_runtime

import (
	"runtime"
	"unsafe"
)

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
