package cpu

import "strings"

// kind is what processors of a vendor are like that nobody describes further.
type kind struct {
	vendor, name            string
	family, model, stepping int64
	mhz                     int64
}

var kinds = []kind{
	{"GenuineIntel", "Intel(R) Xeon(R) Gold 6430", 6, 143, 8, 2100},
	{"AuthenticAMD", "AMD EPYC 7543 32-Core Processor", 25, 1, 1, 2800},
	{"HygonGenuine", "Hygon C86 7185 32-core Processor", 24, 0, 1, 2000},
}

// Vendors names those that there are.
func Vendors() []string {
	var list []string
	for _, k := range kinds {
		list = append(list, k.vendor)
	}
	return list
}

// The features of Default.
var (
	defaultHVM = Words{0x1fcbfbff, 0xf7fa3223, 0x2d93fbff, 0x00000523, 0x00000001, 0xf1bf07ab, 0x1840074c, 0, 0x311ed005, 0x9c000400}
	defaultPV  = Words{0x1fc9cbf5, 0xf6f83203, 0x2991cbf5, 0x00000523, 0x00000001, 0xd19f0429, 0x1840070c, 0, 0x210ed005, 0x8c000400}
)

const defaultFlags = "fpu de tsc msr pae mce cx8 apic sep mca cmov pat clflush acpi mmx fxsr sse sse2 ss ht syscall nx rdtscp lm constant_tsc nopl " +
	"nonstop_tsc cpuid pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm abm avx2 bmi2"

// Default is a plausible processor of a vendor; of the first there is for "".
func Default(vendor string) CPU {
	k := kinds[0]
	for _, other := range kinds {
		if other.vendor == vendor {
			k = other
		}
	}
	c := CPU{
		Count: 32, Sockets: 1, Vendor: k.vendor, Name: k.name, MHz: k.mhz, Family: k.family, Model: k.model, Stepping: k.stepping,
		Flags: defaultFlags, Physical: defaultHVM.swap(), HVM: defaultHVM, PV: defaultPV, HVMHost: defaultHVM, PVHost: defaultPV,
	}
	c.Maskable = Maskable(c.Vendor, c.Family, c.Model, c.Stepping)
	return c
}

// masking says which processors can hide features, and which: those of a
// family (or later ones, with later) and model from a stepping on.
var masking = []struct {
	vendor   string
	family   int64
	later    bool
	model    int64 // -1: any
	stepping int64
	maskable string
}{
	{"GenuineIntel", 6, false, 0x1d, 0, Base},
	{"GenuineIntel", 6, false, 0x17, 4, Base},
	{"GenuineIntel", 6, false, 0x1a, 3, Full},
	{"GenuineIntel", 6, false, 0x1e, 0, Full},
	{"GenuineIntel", 6, false, 0x25, 0, Full},
	{"GenuineIntel", 6, false, 0x2c, 0, Full},
	{"GenuineIntel", 6, false, 0x2e, 0, Full},
	{"GenuineIntel", 6, false, 0x2f, 0, Full},
	{"AuthenticAMD", 0x10, true, -1, 0, Full},
}

// Maskable tells which words of a processor can be hidden.
func Maskable(vendor string, family, model, stepping int64) string {
	for _, m := range masking {
		if vendor == m.vendor && (family == m.family || m.later && family > m.family) && (model == m.model || m.model < 0) && stepping >= m.stepping {
			return m.maskable
		}
	}
	return No
}

// FromPhysical is what a machine may see of a processor of which only the four
// words are known.
func FromPhysical(w Words) Words { return w.swap() }

// ToPhysical is the opposite.
func ToPhysical(hvm Words) Words { return hvm.swap() }

// ToPV is what paravirtual machines see where others see hvm: they lack what
// those lack on the processor that is the default.
func ToPV(hvm Words) Words { return hvm.Without(defaultHVM.Without(defaultPV)) }

// names of the bits of the four words, from the lowest; "." is none of note.
var names = [4]string{
	"pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm . pcid dca sse4_1 sse4_2 x2apic movbe popcnt " +
		"tsc_deadline_timer aes xsave osxsave avx f16c rdrand hypervisor",
	"fpu vme de pse tsc msr pae mce cx8 apic . sep mtrr pge mca cmov pat pse36 pn clflush . dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe",
	"lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit wdt . lwp fma4 tce . nodeid_msr . " +
		"tbm topoext perfctr_core perfctr_nb . bpext ptsc perfctr_llc mwaitx . .",
	". . . . . . . . . . . syscall . . . . . . . mp nx . mmxext . . fxsr_opt pdpe1gb rdtscp . lm 3dnowext 3dnow",
}

// FlagsOf names the features of the four words.
func FlagsOf(physical Words) string {
	var list []string
	for _, word := range []int{1, 0, 3, 2} { // as Linux has them
		for bit, name := range strings.Fields(names[word]) {
			if name != "." && physical.at(word)&(1<<bit) != 0 {
				list = append(list, name)
			}
		}
	}
	return strings.Join(list, " ")
}
