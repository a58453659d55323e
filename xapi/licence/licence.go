// Package licence handles editions: which there are in which release, what each
// restricts, how a host comes by one and loses it. The tables are features.txt
// and editions.txt.
//
// A host has the key "enable_xha" and its like in license_params; the pool's
// restrictions are the worst of its hosts'. Require is how the other rooms ask.
package licence

import (
	"maps"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// The names of features, as LICENCE_RESTRICTION tells them.
const (
	HA                 = "HA"
	CPUMasking         = "CPU_masking"
	Pooling            = "Pooling"
	PoolSize           = "Pool_size"
	DMC                = "DMC"
	XenMotion          = "Xen_motion"
	StorageMotion      = "Storage_motion"
	Checkpoint         = "Checkpoint"
	AD                 = "AD"
	RBAC               = "RBAC"
	WLB                = "WLB"
	DR                 = "DR"
	VMSS               = "VMSS"
	VTPM               = "VTPM"
	CBT                = "CBT"
	NetworkSRIOV       = "Network_sriov"
	VMGroups           = "VM_groups"
	VIFLocking         = "VIF_locking"
	LiveSetVCPUs       = "Live_set_vcpus"
	IGMPSnooping       = "IGMP_snooping"
	PoolSecretRotation = "Pool_secret_rotation"
	Updates            = "Updates"
	VMStart            = "VM_start"
	VMApplianceStart   = "VM_appliance_start"
)

// Enabled tells whether the pool may use a feature. What its restrictions do
// not mention is nobody's to restrict.
func Enabled(r store.Reader, name string) bool {
	f := theTables().byName[name]
	if f == nil {
		panic("licence: no feature " + name)
	}
	for _, p := range store.All[model.Pool](r) {
		return p.Restrictions[f.key] != f.value(false)
	}
	return true
}

// Require fails with LICENCE_RESTRICTION [feature] unless the pool may use a
// feature; before clearwater the error named nothing.
func Require(r store.Reader, name string) error {
	switch {
	case Enabled(r, name):
		return nil
	case beforeClearwater(r):
		return model.ErrLicenceRestriction()
	}
	return model.ErrLicenceRestriction(name)
}

// beforeClearwater tells by the version of the API that the pool's hosts speak.
func beforeClearwater(r store.Reader) bool {
	for _, p := range store.All[model.Pool](r) {
		if h, ok := store.Find(r, p.Master); ok {
			return h.APIVersionMajor == 1
		}
	}
	return false
}

// Recompute brings the pool's restrictions up to date with its hosts: what one
// of them may not, the pool may not.
func Recompute(tx *store.Tx) error {
	var hosts []map[string]string
	var master map[string]string
	for ref, p := range store.All[model.Pool](tx) {
		for h, host := range store.All[model.Host](tx) {
			hosts = append(hosts, host.LicenseParams)
			if h == p.Master {
				master = host.LicenseParams
			}
		}
		if now := worst(master, hosts); !maps.Equal(now, p.Restrictions) {
			e, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			e.Restrictions = now
		}
	}
	return nil
}

// worst are the restrictions of a pool. The toolstack knows what the core keys
// stand for; of the others it takes those that the master has.
func worst(master map[string]string, hosts []map[string]string) map[string]string {
	m := map[string]string{}
	for _, f := range theTables().features {
		on, mentioned := true, false
		for _, params := range hosts {
			v, ok := params[f.key]
			mentioned = mentioned || ok
			on = on && (ok && v == f.value(true) || !ok && f.core && f.on)
		}
		if _, ok := master[f.key]; mentioned && (f.core || ok) {
			m[f.key] = f.value(on)
		}
	}
	return m
}
