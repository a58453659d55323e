package storage

import (
	"encoding/xml"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// What the emulated storage has to offer to whoever looks for it: exports of a
// file server, a target with LUNs, and the same LUNs behind an adapter. Each
// server and each target has the same.

type export struct {
	Target     string `xml:"Target"`
	Path       string `xml:"Path"`
	Accesslist string `xml:"Accesslist"`
}

type target struct {
	Index     int    `xml:"Index"`
	IPAddress string `xml:"IPAddress"`
	Port      int    `xml:"Port"`
	TargetIQN string `xml:"TargetIQN"`
}

type lun struct {
	Vendor string `xml:"vendor"`
	Serial string `xml:"serial"`
	LUNID  int    `xml:"LUNid"`
	Size   int64  `xml:"size"`
	SCSIID string `xml:"SCSIid"`
}

type blockDevice struct {
	Path    string `xml:"path"`
	SCSIID  string `xml:"SCSIid"`
	Vendor  string `xml:"vendor"`
	Serial  string `xml:"serial"`
	Size    int64  `xml:"size"`
	Adapter string `xml:"adapter"`
	Channel int    `xml:"channel"`
	ID      int    `xml:"id"`
	LUN     int    `xml:"lun"`
	HBA     string `xml:"hba"`
}

const (
	vendor    = "xapid"
	lunSize   = 500 << 30
	lunSCSIID = "36001405b7e5a0d10000000000000000"
)

// lunCount is how many LUNs a target has.
const lunCount = 2

func document(v any) string {
	text, err := xml.MarshalIndent(v, "", "\t")
	if err != nil {
		return ""
	}
	return `<?xml version="1.0" ?>` + "\n" + string(text) + "\n"
}

func exports() string {
	return document(struct {
		XMLName xml.Name `xml:"nfs-exports"`
		Exports []export `xml:"Export"`
	}{Exports: []export{{"storage.local", "/export/vms", "*"}, {"storage.local", "/export/iso", "*"}}})
}

func targets() string {
	return document(struct {
		XMLName xml.Name `xml:"iscsi-target-iqns"`
		Targets []target `xml:"TGT"`
	}{Targets: []target{{0, "192.168.10.6", 3260, "iqn.2026-11.local:storage"}}})
}

func luns() string {
	var list []lun
	for n := range lunCount {
		list = append(list, lun{vendor, "0000" + string(rune('1'+n)), n, lunSize, lunSCSIID + string(rune('1'+n))})
	}
	return document(struct {
		XMLName xml.Name `xml:"iscsi-target"`
		LUNs    []lun    `xml:"LUN"`
	}{LUNs: list})
}

func devices() string {
	var list []blockDevice
	for n := range lunCount {
		id := lunSCSIID + string(rune('1'+n))
		list = append(list, blockDevice{"/dev/disk/by-id/scsi-" + id, id, vendor, "0000" + string(rune('1'+n)), lunSize, "host1", 0, 0, n, "fc"})
	}
	return document(struct {
		XMLName xml.Name      `xml:"Devlist"`
		Devices []blockDevice `xml:"BlockDevice"`
	}{Devices: list})
}

type foundSR struct {
	UUID        string `xml:"UUID"`
	Devlist     string `xml:"Devlist,omitempty"`
	Size        int64  `xml:"size,omitempty"`
	NameLabel   string `xml:"name_label,omitempty"`
	Description string `xml:"name_description,omitempty"`
	Metadata    string `xml:"pool_metadata_detected,omitempty"`
}

// Probe has a driver look for SRs in a place: XML. SR_UNKNOWN_DRIVER [type],
// SR_BACKEND_FAILURE for a driver that cannot look, SR_BACKEND_FAILURE_<n> if it
// must be told more; what it can be told is in the last parameter then.
func (s *SRs) Probe(c *rpc.Call, host model.Ref[model.Host], config map[string]string, kind string, smConfig map[string]string) (string, error) {
	r := s.DB.View()
	kind = strings.ToLower(kind)
	if _, err := store.Get(r, host); err != nil {
		return "", err
	}
	sm, err := driver(r, kind)
	if err != nil {
		return "", err
	}
	if _, ok := sm.Features["SR_PROBE"]; !ok {
		return "", model.ErrSRBackendFailure("The driver does not look for SRs", "", "")
	}
	if err := checkConfig(kind, config); err != nil {
		return "", err
	}
	var list []foundSR
	for _, sr := range s.inPlace(r, kind, placeOf(kind, config)) {
		f := foundSR{UUID: sr.UUID}
		if strings.HasPrefix(kind, "lvm") {
			f.Devlist, f.Size = config["device"]+config["SCSIid"], sr.PhysicalSize
			f.NameLabel, f.Description, f.Metadata = sr.NameLabel, sr.NameDescription, "false"
		}
		list = append(list, f)
	}
	return document(struct {
		XMLName xml.Name  `xml:"SRlist"`
		SRs     []foundSR `xml:"SR"`
	}{SRs: list}), nil
}

// inPlace are the SRs of a type that are in a place, whether the pool knows them
// or not.
func (s *SRs) inPlace(r store.Reader, kind, place string) []*model.SR {
	list := s.Media.at(kind, place)
	for _, sr := range store.All[model.SR](r) {
		if sr.Type != kind || slices.ContainsFunc(list, func(o *model.SR) bool { return o.UUID == sr.UUID }) {
			continue
		}
		for _, p := range sr.PBDs {
			pbd, ok := store.Find(r, p)
			if !ok || placeOf(kind, pbd.DeviceConfig) != place {
				continue
			}
			// What was forgotten once may be known again.
			if !slices.ContainsFunc(list, func(there *model.SR) bool { return there.UUID == sr.UUID }) {
				list = append(list, sr)
			}
			break
		}
	}
	return list
}

// ProbeExt is for drivers of a newer make than those here:
// SR_OPERATION_NOT_SUPPORTED.
func (s *SRs) ProbeExt(c *rpc.Call, host model.Ref[model.Host], config map[string]string, kind string, smConfig map[string]string) ([]*model.ProbeResult, error) {
	r := s.DB.View()
	if _, err := store.Get(r, host); err != nil {
		return nil, err
	}
	if _, err := driver(r, strings.ToLower(kind)); err != nil {
		return nil, err
	}
	return nil, model.ErrSROperationNotSupported()
}
