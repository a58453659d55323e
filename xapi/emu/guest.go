package emu

import (
	"crypto/md5"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// Guest is what runs inside a domain: what its agent tells, if it has one.
type Guest struct {
	// Agent reports after boot; a guest without one is opaque.
	Agent bool
	// Obeys requests to shut down, reboot or suspend.
	Obeys   bool
	OS      map[string]string
	Drivers map[string]string
	// Features become VM_guest_metrics.other.
	Features map[string]string
}

// Guests are the profiles that a VM's other_config key xapid:guest chooses
// from. Their maps are shared and must not be written to.
var guests = map[string]Guest{
	"linux": {
		Agent: true, Obeys: true,
		OS:       map[string]string{"name": "Debian GNU/Linux 12 (bookworm)", "distro": "debian", "uname": "6.1.0-32-amd64", "major": "12", "minor": "10"},
		Drivers:  map[string]string{"major": "7", "minor": "20", "micro": "0", "build": "0"},
		Features: linuxFeatures,
	},
	"windows": {
		Agent: true, Obeys: true,
		OS: map[string]string{"name": "Microsoft Windows Server 2022 Standard|C:\\Windows|\\Device\\Harddisk0\\Partition3", "distro": "windows",
			"major": "10", "minor": "0", "spmajor": "0", "spminor": "0"},
		Drivers: map[string]string{"major": "9", "minor": "4", "micro": "0", "build": "146",
			"xenbus": "9.1.11.115", "xennet": "9.1.7.65", "xenvbd": "9.1.8.79", "xenvif": "9.1.12.101"},
		Features: windowsFeatures,
	},
	"stubborn": {
		Agent:    true,
		OS:       map[string]string{"name": "Debian GNU/Linux 12 (bookworm)", "distro": "debian", "uname": "6.1.0-32-amd64", "major": "12", "minor": "10"},
		Drivers:  map[string]string{"major": "7", "minor": "20", "micro": "0", "build": "0"},
		Features: linuxFeatures,
	},
	"none": {Obeys: true},
}

var linuxFeatures = map[string]string{
	"feature-balloon": "1", "feature-poweroff": "1", "feature-reboot": "1", "feature-shutdown": "1",
	"feature-suspend": "1", "feature-vcpu-hotplug": "1", "feature-static-ip-setting": "1",
	"platform-feature-multiprocessor-suspend": "1", "has-vendor-device": "0", "data-ts": "1",
}

var windowsFeatures = map[string]string{
	"feature-balloon": "1", "feature-poweroff": "1", "feature-reboot": "1", "feature-shutdown": "1",
	"feature-suspend": "1", "feature-ts2": "1", "feature-ts": "1", "feature-static-ip-setting": "1",
	"platform-feature-multiprocessor-suspend": "1", "platform-feature-xs_reset_watches": "1",
	"has-vendor-device": "1", "data-ts": "1",
}

// GuestKey is the key of VM.other_config that names a guest profile: linux
// (also if there is none), windows, stubborn (ignores requests) or none (no
// agent).
const GuestKey = "xapid:guest"

// GuestOf gives a profile by name; an unknown one is linux.
func GuestOf(name string) Guest {
	if g, ok := guests[name]; ok {
		return g
	}
	return guests["linux"]
}

// GuestIPs are the addresses that a guest gets on an interface: IPv4 and IPv6
// as if leased by its MAC on the network, so the same at every boot. A
// malformed MAC counts as its text.
func GuestIPs(mac string) (ip4, ip6 string) {
	hw, err := net.ParseMAC(mac)
	if err != nil || len(hw) != 6 {
		sum := md5.Sum([]byte(mac))
		hw = sum[:6]
	}
	last := hw[5]
	if last == 0 || last == 255 {
		last = 254
	}
	ip4 = netip.AddrFrom4([4]byte{10, hw[3], hw[4], last}).String()
	ip6 = fmt.Sprintf("fe80::%x:%xff:fe%02x:%x", uint16(hw[0]^2)<<8|uint16(hw[1]), hw[2], hw[3], uint16(hw[4])<<8|uint16(hw[5]))
	if a, err := netip.ParseAddr(ip6); err == nil {
		ip6 = a.String()
	}
	return ip4, strings.ToLower(ip6)
}

// GuestNetworks is what an agent tells of an interface, in the form of
// VM_guest_metrics.networks, added to m. addresses are configured ones, else
// they are leased.
func GuestNetworks(m map[string]string, device, mac string, v4, v6 []string) {
	ip4, ip6 := GuestIPs(mac)
	if len(v4) == 0 {
		v4 = []string{ip4}
	}
	if len(v6) == 0 {
		v6 = []string{ip6}
	}
	m[device+"/ip"] = plain(v4[0])
	for i, a := range v4 {
		m[fmt.Sprintf("%s/ipv4/%d", device, i)] = plain(a)
	}
	for i, a := range v6 {
		m[fmt.Sprintf("%s/ipv6/%d", device, i)] = plain(a)
	}
}

// plain drops a prefix length.
func plain(address string) string {
	a, _, _ := strings.Cut(address, "/")
	return a
}
