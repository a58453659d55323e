package emu

// domainOverheads are the fixed parts, in MiB: what the hypervisor keeps of a
// domain, and its device model.
var domainOverheads = map[string]struct{ internal, external int64 }{
	"hvm": {1, 1}, "pvh": {1, 1}, "pv": {0, 1}, "pv_in_pvh": {1, 1},
}

// MemoryOverhead is the memory, in bytes, that a domain takes beside its own:
// shadow pages, processors, and for PV guests in a PVH container the shim.
// staticMax is in bytes. What no host could have counts as the most that can be
// reckoned with, 1 EiB.
func MemoryOverhead(domainType string, vcpusMax, staticMax int64, shadow float64) int64 {
	const mib, pagesPerMiB = 1 << 20, 256
	const most, mostCPUs, mostShadow = 1 << 40, 1 << 24, 1 << 10 // MiB, processors, times
	vcpusMax, staticMax = min(max(vcpusMax, 0), mostCPUs), min(max(staticMax, 0), 1<<60)
	if !(shadow >= 0 && shadow <= mostShadow) {
		shadow = mostShadow
	}
	up := func(a, b int64) int64 { return (a + b - 1) / b }
	size := up(staticMax, mib)
	fixed := domainOverheads[domainType]
	total := fixed.internal + fixed.external
	total += max(1, int64(shadow*float64(up(256*vcpusMax+2*size, pagesPerMiB))))
	total += up(38*vcpusMax, pagesPerMiB)
	if domainType == "pv_in_pvh" {
		total += 23 + size/90
	}
	return min(total, most) * mib
}
