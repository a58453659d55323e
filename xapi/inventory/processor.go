package inventory

import (
	"regexp"
	"slices"
	"strings"

	"github.com/xapid/xapid/xapi/cpu"
)

type cpuDoc struct {
	Count       text `yaml:"count"`
	Sockets     text `yaml:"sockets"`
	Vendor      text `yaml:"vendor"`
	Model       text `yaml:"model"` // its name
	Family      text `yaml:"family"`
	ModelNumber text `yaml:"model_number"`
	Stepping    text `yaml:"stepping"`
	Speed       text `yaml:"speed"` // MHz
	Flags       text `yaml:"flags"`
	Maskable    text `yaml:"maskable"`
	Features    text `yaml:"features"` // four words, as hosts before 7.0 have them
	HVM         text `yaml:"features_hvm"`
	PV          text `yaml:"features_pv"`
	HVMHost     text `yaml:"features_hvm_host"`
	PVHost      text `yaml:"features_pv_host"`
}

// processors reads what a host has; what is not there is that of a plausible
// processor of the vendor.
func (d *cpuDoc) processors() (cpu.CPU, error) {
	c := cpu.Default(d.Vendor.or(""))
	if d.Vendor.set() && !slices.Contains(cpu.Vendors(), d.Vendor.value) {
		return c, at(d.Vendor, "%q is none of %s", d.Vendor.value, strings.Join(cpu.Vendors(), ", "))
	}
	if d.Model.set() && d.Model.value == "" {
		return c, at(d.Model, "the model has no name")
	}
	c.Name = d.Model.or(c.Name)
	for _, n := range []struct {
		text      text
		into      *int64
		low, high int64
	}{
		{d.Speed, &c.MHz, 1, 1_000_000}, {d.Family, &c.Family, 0, 0xff + 0xf}, {d.ModelNumber, &c.Model, 0, 0xff}, {d.Stepping, &c.Stepping, 0, 0xf},
	} {
		var err error
		if *n.into, err = n.text.number(*n.into, n.low); err != nil {
			return c, err
		}
		if *n.into > n.high {
			return c, at(n.text, "%d is too much: at most %d", *n.into, n.high)
		}
	}
	if err := d.counts(&c); err != nil {
		return c, err
	}
	if err := d.features(&c); err != nil {
		return c, err
	}
	c.Maskable = d.Maskable.or(cpu.Maskable(c.Vendor, c.Family, c.Model, c.Stepping))
	if !slices.Contains([]string{cpu.No, cpu.Base, cpu.Full}, c.Maskable) {
		return c, at(d.Maskable, "%q is none of no, base and full", c.Maskable)
	}
	return c, nil
}

func (d *cpuDoc) counts(c *cpu.CPU) error {
	count, err := d.Count.number(int64(c.Count), 1)
	if err != nil {
		return err
	}
	if count > 1024 {
		return at(d.Count, "a host has at most 1024 processors")
	}
	sockets, err := d.Sockets.number(int64(c.Sockets), 1)
	if err != nil {
		return err
	}
	if sockets > count {
		return at(d.Sockets, "%d sockets are too many for %d processors", sockets, count)
	}
	c.Count, c.Sockets = int(count), int(sockets)
	return nil
}

var flagWords = regexp.MustCompile(`^[a-z0-9_]+( [a-z0-9_]+)*$`)

// features reads the words. The old ones and those of machines follow from one
// another if only either are given, and paravirtual machines lack what they
// lack everywhere.
func (d *cpuDoc) features(c *cpu.CPU) error {
	var err error
	if d.Features.set() {
		if c.Physical, err = cpu.ParseMask(d.Features.value); err != nil {
			return at(d.Features, "%v", err)
		}
		c.HVM = cpu.FromPhysical(c.Physical)
	}
	if err := words(d.HVM, &c.HVM); err != nil {
		return err
	}
	if d.HVM.set() && !d.Features.set() {
		c.Physical = cpu.ToPhysical(c.HVM)
	}
	if d.Features.set() || d.HVM.set() {
		c.PV, c.Flags = cpu.ToPV(c.HVM), cpu.FlagsOf(c.Physical)
	}
	if err := words(d.PV, &c.PV); err != nil {
		return err
	}
	c.HVMHost, c.PVHost = c.HVM, c.PV
	for _, w := range []struct {
		text text
		into *cpu.Words
		of   cpu.Words
		name string
	}{{d.HVMHost, &c.HVMHost, c.HVM, "features_hvm"}, {d.PVHost, &c.PVHost, c.PV, "features_pv"}} {
		if err := words(w.text, w.into); err != nil {
			return err
		}
		if !w.into.In(w.of) {
			return at(w.text, "these are not all among %s, which are %s", w.name, w.of)
		}
	}
	if d.Flags.set() {
		if c.Flags = d.Flags.value; !flagWords.MatchString(c.Flags) {
			return at(d.Flags, "flags are lower-case names with a space between")
		}
	}
	return nil
}

// words reads feature words if they are there.
func words(t text, into *cpu.Words) error {
	if !t.set() {
		return nil
	}
	w, err := cpu.Parse(t.value)
	if err != nil || len(w) == 0 {
		return at(t, "%q are no words of features: write groups of eight hexadecimal digits with hyphens between", t.value)
	}
	*into = w
	return nil
}
