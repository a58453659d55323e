package xapi

import (
	"runtime"
	"runtime/debug"
)

// spareHeap is what a daemon may leave uncollected, in bytes.
const spareHeap = 128 << 20

// TuneCollector lets a small heap grow by up to 128 MiB between two
// collections: the default, to double, has a daemon of 20 MiB collect all the
// time. It concerns the whole process, so it is for programs to call, once the
// daemon is ready.
func TuneCollector() {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	percent := min(100*spareHeap/max(m.HeapAlloc, 1), 1000)
	debug.SetGCPercent(int(max(percent, 100)))
	debug.FreeOSMemory() // what the first boot has left
}
