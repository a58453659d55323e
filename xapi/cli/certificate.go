package cli

import (
	"path/filepath"
	"strings"
)

// certificateActs are what the commands of this file do.
var certificateActs = acts{
	"pool-install-ca-certificate":             installFile("pool.install_ca_certificate"),
	"pool-certificate-install":                poolCertificateInstall,
	"pool-crl-install":                        installFile("pool.crl_install"),
	"pool-uninstall-ca-certificate":           poolUninstallCA,
	"pool-certificate-uninstall":              poolUninstallCA,
	"pool-crl-uninstall":                      with("pool.crl_uninstall", "name"),
	"pool-install-trusted-certificate":        poolInstallTrusted,
	"pool-uninstall-trusted-certificate":      poolUninstallTrusted,
	"host-server-certificate-install":         hostInstallCertificate,
	"host-refresh-server-certificate":         hostRefreshCertificate,
	"host-emergency-reset-server-certificate": simply("host.emergency_reset_server_certificate"),
}

// installFile is a message that takes a file under its own name.
func installFile(method string) func(*command) error {
	return func(c *command) error {
		data, err := c.load(c.text("filename"))
		if err != nil {
			return err
		}
		return c.do(method, filepath.Base(c.text("filename")), string(data))
	}
}

// poolCertificateInstall is pool-install-ca-certificate by its old name, which
// old releases have for the message too.
func poolCertificateInstall(c *command) error {
	if !c.knows("pool.install_ca_certificate") {
		return installFile("pool.certificate_install")(c)
	}
	return installFile("pool.install_ca_certificate")(c)
}

func poolUninstallCA(c *command) error {
	if !c.knows("pool.uninstall_ca_certificate") {
		return c.do("pool.certificate_uninstall", c.text("name"))
	}
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	return c.do("pool.uninstall_ca_certificate", c.text("name"), force)
}

// thePool is the pool that uuid names; without it there is but one.
func (c *command) thePool() (string, error) {
	if id, ok := c.get("uuid"); ok {
		return c.ref("pool", id)
	}
	for row := range c.server.DB.View().Rows(c.class("pool").api) {
		return row.Ref, nil
	}
	return "", complaint("There is no pool")
}

func poolInstallTrusted(c *command) error {
	ca, err := c.flag("ca")
	if err != nil {
		return err
	}
	pool, err := c.thePool()
	if err != nil {
		return err
	}
	data, err := c.load(c.text("filename"))
	if err != nil {
		return err
	}
	return c.do("pool.install_trusted_certificate", pool, ca, string(data), c.commas("purpose"))
}

func poolUninstallTrusted(c *command) error {
	pool, err := c.thePool()
	if err != nil {
		return err
	}
	ref, err := c.ref("Certificate", c.text("certificate-uuid"))
	if err != nil {
		return err
	}
	return c.do("pool.uninstall_trusted_certificate", pool, ref)
}

// commas is a parameter that lists words with commas between.
func (c *command) commas(key string) []string {
	list := []string{}
	for word := range strings.SplitSeq(c.text(key), ",") {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
}

// hostInstallCertificate sends a certificate, its key and, if it has one, the
// chain to those who vouch for it.
func hostInstallCertificate(c *command) error {
	list, err := c.chosen(hostSelector, false, "certificate", "private-key", "certificate-chain")
	if err != nil {
		return err
	}
	files := make([]any, 3)
	for i, key := range []string{"certificate", "private-key", "certificate-chain"} {
		files[i] = ""
		if name, ok := c.get(key); ok {
			data, err := c.load(name)
			if err != nil {
				return err
			}
			files[i] = string(data)
		}
	}
	return c.each(list, func(o object) error {
		return c.do("host.install_server_certificate", append([]any{o.ref}, files...)...)
	})
}

func hostRefreshCertificate(c *command) error {
	ref, err := c.host("host")
	if err != nil {
		return err
	}
	return c.do("host.refresh_server_certificate", ref)
}
