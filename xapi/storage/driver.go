package storage

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// need is a key of device_config that a driver cannot do without, and the
// number of its complaint.
type need struct {
	key  string
	code int
	text string
	// list is what the driver has to offer for the key, as XML.
	list func() string
}

// needs are those of the drivers, in the order in which they ask; the places of
// SRs are their values.
var needs = map[string][]need{
	"ext":       {{"device", 90, "no device is given", nil}},
	"lvm":       {{"device", 90, "no device is given", nil}},
	"file":      {{"location", 94, "no location is given", nil}},
	"nfs":       {{"server", 102, "no server is given", nil}, {"serverpath", 101, "no path on the server is given", exports}},
	"smb":       {{"server", 102, "no server is given", nil}},
	"lvmoiscsi": {{"target", 95, "no target is given", nil}, {"targetIQN", 96, "no IQN of the target is given", targets}, {"SCSIid", 107, "no SCSI id is given", luns}},
	"lvmohba":   {{"SCSIid", 107, "no SCSI id is given", devices}},
	"lvmofcoe":  {{"SCSIid", 107, "no SCSI id is given", devices}},
	"iscsi":     {{"target", 95, "no target is given", nil}, {"targetIQN", 96, "no IQN of the target is given", targets}},
	"iso":       {{"location", 94, "no location is given", nil}},
	"udev":      {{"location", 94, "no location is given", nil}},
}

// checkConfig fails as the driver does whose device_config lacks something.
func checkConfig(kind string, config map[string]string) error {
	for _, n := range needs[kind] {
		if config[n.key] != "" {
			continue
		}
		detail := ""
		if n.list != nil {
			detail = n.list()
		}
		return model.SRBackendFailure(n.code, "The SR driver cannot go on: "+n.text, detail)
	}
	switch kind {
	case "ext", "lvm":
		for d := range strings.SplitSeq(config["device"], ",") {
			if !strings.HasPrefix(d, "/") {
				return model.SRBackendFailure(91, "The SR driver cannot go on: a device is no path", d)
			}
		}
	case "nfs":
		if v := config["nfsversion"]; v != "" && !slices.Contains([]string{"3", "4", "4.0", "4.1"}, v) {
			return model.SRBackendFailure(72, "The SR driver cannot go on: there is no such NFS version", v)
		}
	}
	return nil
}

// placeOf is where an SR is, for a driver that finds it again there.
func placeOf(kind string, config map[string]string) string {
	var parts []string
	for _, n := range needs[kind] {
		parts = append(parts, config[n.key])
	}
	return strings.Join(parts, "\n")
}

// driver finds a driver: SR_UNKNOWN_DRIVER [type].
func driver(r store.Reader, kind string) (*model.SM, error) {
	for _, sm := range store.All[model.SM](r) {
		if sm.Type == kind {
			return sm, nil
		}
	}
	return nil, model.ErrSRUnknownDriver(kind)
}
