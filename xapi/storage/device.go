package storage

import (
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// maxDevices is how many device numbers a VM has; control domains have one
// more.
const maxDevices = 255

// deviceNumber reads the names that a drive can have: a number, xvdc, hdc, sdc
// (2 each), d2p0. A floppy (fda) has none, but is a name.
func deviceNumber(name string) (n int, ok bool) {
	if n, err := strconv.Atoi(name); err == nil && n >= 0 {
		return n, true
	}
	for _, prefix := range []string{"xvd", "hd", "sd"} {
		if letters, ok := strings.CutPrefix(name, prefix); ok {
			return lettersNumber(letters)
		}
	}
	if letters, ok := strings.CutPrefix(name, "fd"); ok {
		_, ok = lettersNumber(letters)
		return -1, ok
	}
	if rest, ok := strings.CutPrefix(name, "d"); ok {
		disk, part, ok := strings.Cut(rest, "p")
		n, err := strconv.Atoi(disk)
		_, perr := strconv.Atoi(part)
		return n, ok && err == nil && perr == nil && n >= 0
	}
	return 0, false
}

// lettersNumber reads a, b, ... z, aa, ... as 0, 1, ... 25, 26, ...; a
// partition number may follow.
func lettersNumber(s string) (int, bool) {
	s = strings.TrimRight(s, "0123456789")
	if s == "" || len(s) > 3 {
		return 0, false
	}
	n := 0
	for _, r := range s {
		if r < 'a' || r > 'z' {
			return 0, false
		}
		n = n*26 + int(r-'a') + 1
	}
	return n - 1, true
}

// DiskName is what a guest calls a device: xvda for 0, xvdz for 25, xvdaa for
// 26. A device that has no number keeps its name.
func DiskName(userdevice string) string {
	n, ok := deviceNumber(userdevice)
	if !ok || n < 0 {
		return userdevice
	}
	name := ""
	for n++; n > 0; n = (n - 1) / 26 {
		name = string(rune('a'+(n-1)%26)) + name
	}
	return "xvd" + name
}

// usedDevices are the numbers that a VM's drives have, by userdevice or by
// device.
func usedDevices(r store.Reader, vm *model.VM) map[int]bool {
	used := map[int]bool{}
	for _, b := range vm.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok {
			continue
		}
		for _, name := range []string{vbd.Userdevice, vbd.Device} {
			if n, ok := deviceNumber(name); ok && name != "" {
				used[n] = true
			}
		}
	}
	return used
}

// AllowedVBDDevices lists the device numbers that are free for a new drive of a
// VM.
func AllowedVBDDevices(r store.Reader, ref model.Ref[model.VM]) []string {
	list := []string{}
	vm, ok := store.Find(r, ref)
	if !ok {
		return list
	}
	limit := maxDevices
	if vm.IsControlDomain {
		limit++
	}
	used := usedDevices(r, vm)
	for n := range limit {
		if !used[n] {
			list = append(list, strconv.Itoa(n))
		}
	}
	return list
}

// chooseDevice checks the device that a new drive asks for, or takes the
// lowest free one: INVALID_DEVICE [name], DEVICE_ALREADY_EXISTS [name].
func chooseDevice(r store.Reader, vm *model.VM, name string) (string, error) {
	used := usedDevices(r, vm)
	if name == "autodetect" {
		for n := range maxDevices {
			if !used[n] {
				return strconv.Itoa(n), nil
			}
		}
		return "", model.ErrInvalidDevice(name)
	}
	n, ok := deviceNumber(name)
	if !ok {
		return "", model.ErrInvalidDevice(name)
	}
	if used[n] {
		return "", model.ErrDeviceAlreadyExists(name)
	}
	return name, nil
}
