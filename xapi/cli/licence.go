package cli

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// licenceActs are about editions, keys and licence servers.
var licenceActs = acts{
	"host-license-add":          hostLicenseAdd,
	"host-license-remove":       does("host.license_remove", hereOr("host-uuid")),
	"host-license-view":         hostLicenseView,
	"host-apply-edition":        hostApplyEdition,
	"host-all-editions":         hostAllEditions,
	"pool-apply-edition":        poolApplyEdition,
	"diagnostic-license-status": licenceStatus,
}

// hostLicenseAdd sends a key file. Until clearwater the message had another
// name.
func hostLicenseAdd(c *command) error {
	ref, err := hereOr("host-uuid")(c)
	if err != nil {
		return err
	}
	raw, err := c.load(c.text("license-file"))
	if err != nil {
		return err
	}
	method := "host.license_add"
	if c.server.Dispatcher.Release.Before("clearwater") {
		method = "host.license_apply"
	}
	if err := c.do(method, ref, base64.StdEncoding.EncodeToString(raw)); err != nil {
		return err
	}
	c.send(textOf("License applied."))
	return nil
}

func hostLicenseView(c *command) error {
	ref, err := hereOr("host-uuid")(c)
	if err != nil {
		return err
	}
	v, err := c.call("host.get_license_params", ref)
	if err != nil {
		return err
	}
	params, _ := v.(map[string]string)
	shown := map[string]string{}
	for k, v := range params {
		if k != "sku_type" {
			shown[k] = v
		}
	}
	c.record(sortedColumns(shown))
	return nil
}

func hostAllEditions(c *command) error {
	ref, err := hereOr("host-uuid")(c)
	if err != nil {
		return err
	}
	c.results(c.editions(text(ref)))
	return nil
}

// editions are those that a host knows. Old releases have no message that tells
// them.
func (c *command) editions(host string) []string {
	h, ok := store.Find(c.server.DB.View(), model.Ref[model.Host](host))
	if !ok {
		return nil
	}
	return h.Editions
}

func hostApplyEdition(c *command) error {
	v, err := hereOr("host-uuid")(c)
	if err != nil {
		return err
	}
	ref := text(v)
	return c.licensing([]string{ref}, func() error { return c.do("host.apply_edition", ref, c.text("edition")) })
}

func poolApplyEdition(c *command) error {
	pool, err := thePool(c)
	if err != nil {
		return err
	}
	var hosts []string
	for ref := range store.All[model.Host](c.server.DB.View()) {
		hosts = append(hosts, string(ref))
	}
	return c.licensing(hosts, func() error { return c.do("pool.apply_edition", pool, c.text("edition")) })
}

// licensing lets hosts find the licence server that the command line names,
// which they remember, and applies an edition. If the server does not give it
// they go back to the server they had.
func (c *command) licensing(hosts []string, apply func() error) error {
	before := map[string]map[string]string{}
	for _, ref := range hosts {
		v, err := c.call("host.get_license_server", ref)
		if err != nil {
			return err
		}
		before[ref], _ = v.(map[string]string)
	}
	for _, key := range []string{"address", "port"} {
		value, ok := c.get("license-server-" + key)
		if !ok || key == "port" && !c.port(value) {
			continue
		}
		for _, ref := range hosts {
			if err := c.do("host.remove_from_license_server", ref, key); err != nil {
				return err
			}
			if err := c.do("host.add_to_license_server", ref, key, value); err != nil {
				return err
			}
		}
	}
	err := apply()
	var api *model.Error
	if !errors.As(err, &api) {
		return err
	}
	switch api.Code {
	case "LICENSE_CHECKOUT_ERROR":
		for ref, m := range before {
			if err := c.do("host.set_license_server", ref, m); err != nil {
				return err
			}
		}
		return said(strings.Join(api.Params, ": ") + "\n")
	case "INVALID_EDITION":
		return said(fmt.Sprintf("Invalid edition: %s\nValid editions are: %s\n", c.text("edition"), strings.Join(c.editions(hosts[0]), ", ")))
	}
	return err
}

// port tells whether a text is the number of a port; one that is not is not
// used.
func (c *command) port(value string) bool {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= 0 && n <= 65535 {
		return true
	}
	c.stderr("The port must be a number from 0 to 65535: the licence server's stays as it was.\n")
	return false
}

// licenceStatus is a record of each host, and what the pool may not.
func licenceStatus(c *command) error {
	r := c.server.DB.View()
	for _, h := range store.All[model.Host](r) {
		c.record([]column{{"hostname", h.Hostname}, {"uuid", h.UUID}, {"edition", h.Edition}, {"expiry", h.LicenseParams["expiry"]},
			{"restrictions", restricted(h.LicenseParams)}})
	}
	for _, p := range store.All[model.Pool](r) {
		c.record([]column{{"pool", p.NameLabel}, {"uuid", p.UUID}, {"restrictions", restricted(p.Restrictions)}})
	}
	return nil
}

// restricted lists the keys that say that something may not be done.
func restricted(params map[string]string) string {
	var keys []string
	for _, c := range sortedColumns(params) {
		if strings.HasPrefix(c.label, "restrict_") && c.value == "true" || c.label == "enable_xha" && c.value == "false" {
			keys = append(keys, c.label)
		}
	}
	return strings.Join(keys, "; ")
}
