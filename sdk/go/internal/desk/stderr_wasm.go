package desk

import "unsafe"

// What the runtime says when nothing can be done any more comes in small pieces,
// and must not need any memory. Here the pieces become lines of the log.
var line [512]byte
var length uint32

var level = [...]byte{'e', 'r', 'r', 'o', 'r'}

//go:wasmimport baton:skill/log@0.1.0 write
func logLine(level unsafe.Pointer, levelLength uint32, message unsafe.Pointer, messageLength uint32)

//go:nosplit
func write(_ uintptr, from unsafe.Pointer, count int32) int32 {
	for i := range count {
		letter := *(*byte)(unsafe.Add(from, i))
		if letter != '\n' && length < uint32(len(line)) {
			line[length] = letter
			length++
			continue
		}
		if length > 0 {
			logLine(unsafe.Pointer(&level), uint32(len(level)), unsafe.Pointer(&line), length)
			length = 0
		}
		if letter != '\n' {
			line[0] = letter
			length = 1
		}
	}
	return count
}

//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, from unsafe.Pointer, count int32) int32

func init() { overrideWrite = write }
