package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// srActs are what the commands of this file do.
var srActs = acts{
	"sr-scan":    onUUID("SR", "scan"),
	"sr-destroy": onUUID("SR", "destroy"),
	"sr-forget":  onUUID("SR", "forget"),
	"sr-update":  onUUID("SR", "update"),
	"sr-create":  srCreate,
	"sr-introduce": makes("SR", "introduce", word("uuid", ""), word("name-label", ""), word("name-description", ""), word("type", ""),
		word("content-type", ""), yes("shared", false), pairs("sm-config")),
	"sr-probe":                        prints("SR.probe", probed...),
	"sr-probe-ext":                    srProbeExt,
	"sr-enable-database-replication":  onUUID("SR", "enable_database_replication"),
	"sr-disable-database-replication": onUUID("SR", "disable_database_replication"),

	"pbd-create": makes("PBD", "create", fields("host", the("host", "host-uuid"), "SR", the("SR", "sr-uuid"), "device_config", pairs("device-config"),
		"other_config", none)),
	"pbd-destroy": onUUID("PBD", "destroy"),
	"pbd-plug":    onUUID("PBD", "plug"),
	"pbd-unplug":  onUUID("PBD", "unplug"),

	"host-enable-local-storage-caching":  on(hostSelector, "host.enable_local_storage_caching", []string{"sr-uuid"}, the("SR", "sr-uuid")),
	"host-disable-local-storage-caching": onHosts("host.disable_local_storage_caching"),
	"pool-enable-local-storage-caching":  onUUID("pool", "enable_local_storage_caching"),
	"pool-disable-local-storage-caching": onUUID("pool", "disable_local_storage_caching"),

	"host-get-sm-diagnostics": ofHost("host.get_sm_diagnostics"),
	"host-sm-dp-destroy":      on(hostSelector.one(), "host.sm_dp_destroy", []string{"dp", "allow-leak"}, word("dp", ""), yes("allow-leak", false)),
	"lvhd-enable-thin-provisioning": on(hostSelector, "LVHD.enable_thin_provisioning", []string{"sr-uuid", "initial-allocation", "allocation-quantum"},
		the("SR", "sr-uuid"), amount("initial-allocation"), amount("allocation-quantum")),
}

// probed are what the messages that look for SRs are given.
var probed = []given{hostOrMaster, pairs("device-config"), word("type", ""), pairs("sm-config")}

// hostOrMaster is the host of host-uuid, else the pool's master.
func hostOrMaster(c *command) (any, error) {
	if id, ok := c.get("host-uuid"); ok {
		return c.ref("host", id)
	}
	return c.masterHost()
}

// masterHost is the pool's master: where things are made unless told otherwise.
func (c *command) masterHost() (string, error) {
	for _, p := range store.All[model.Pool](c.server.DB.View()) {
		return string(p.Master), nil
	}
	return "", model.ErrInternalError("there is no pool")
}

// makerOfSR is where an SR is made: of the hosts of a pool one must be named,
// unless they all are to share it.
func makerOfSR(c *command) (any, error) {
	shared, err := c.flag("shared")
	if err != nil {
		return nil, err
	}
	if _, named := c.get("host-uuid"); !named && !shared && store.Len[model.Host](c.server.DB.View()) > 1 {
		return nil, complaint("Required parameter not found: host-uuid")
	}
	return hostOrMaster(c)
}

// srConfig is the device-config of an SR; device-config:KEY-filename=NAME has
// what is in a file, which is how passwords stay off command lines.
func srConfig(c *command) (any, error) {
	config := map[string]string{}
	for key, value := range c.pairs("device-config") {
		if name, ok := strings.CutSuffix(key, "-filename"); ok {
			data, err := c.load(value)
			if err != nil {
				return nil, err
			}
			key, value = name, string(data)
		}
		config[key] = value
	}
	return config, nil
}

// srCreate leaves the size to the storage if none is given, or none that is one.
func srCreate(c *command) error {
	bytes, _ := size(c.text("physical-size"))
	v, err := c.with("SR.create", []given{makerOfSR, srConfig, fixed(bytes), word("name-label", ""), word("name-description", ""),
		word("type", ""), word("content-type", ""), yes("shared", false), pairs("sm-config")})
	return c.made("SR", v, err)
}

// srProbeExt prints the configurations that were found, those of SRs first.
func srProbeExt(c *command) error {
	v, err := c.with("SR.probe_ext", probed)
	if err != nil {
		return err
	}
	found, _ := v.([]*model.ProbeResult)
	for _, kind := range []struct {
		title string
		is    func(p *model.ProbeResult) bool
	}{
		{"Complete configurations that hold SRs:", func(p *model.ProbeResult) bool { return p.Complete && p.SR != nil }},
		{"Complete configurations that an SR can be made with:", func(p *model.ProbeResult) bool { return p.Complete && p.SR == nil }},
		{"Configurations that need more to be complete:", func(p *model.ProbeResult) bool { return !p.Complete }},
	} {
		first := true
		for _, p := range found {
			if !kind.is(p) {
				continue
			}
			if first {
				c.print(kind.title)
				first = false
			}
			columns := []column{{"configuration", mapText(p.Configuration)}, {"extra-info", mapText(p.ExtraInfo)}}
			if p.SR != nil {
				columns = append(columns, srFound(p.SR)...)
			}
			c.record(columns)
		}
	}
	return nil
}

// srFound is an SR that a probe has found.
func srFound(sr *model.SRStat) []column {
	id := ""
	if sr.UUID != nil {
		id = *sr.UUID
	}
	return []column{{"uuid", id}, {"name-label", sr.NameLabel}, {"name-description", sr.NameDescription}, {"total-space", text(sr.TotalSpace)},
		{"free-space", text(sr.FreeSpace)}, {"clustered", text(sr.Clustered)}, {"health", string(sr.Health)}}
}

func mapText(m map[string]string) string {
	var items []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		items = append(items, k+": "+m[k])
	}
	return strings.Join(items, "; ")
}
