package cli

import (
	"path/filepath"
)

// certificateActs are what the commands of this file do.
var certificateActs = acts{
	"pool-install-ca-certificate":             installFile("pool.install_ca_certificate"),
	"pool-certificate-install":                poolCertificateInstall,
	"pool-crl-install":                        installFile("pool.crl_install"),
	"pool-uninstall-ca-certificate":           poolUninstallCA,
	"pool-certificate-uninstall":              poolUninstallCA,
	"pool-crl-uninstall":                      does("pool.crl_uninstall", word("name", "")),
	"pool-install-trusted-certificate":        does("pool.install_trusted_certificate", thePool, yes("ca", false), content("filename"), words("purpose")),
	"pool-uninstall-trusted-certificate":      does("pool.uninstall_trusted_certificate", thePool, the("Certificate", "certificate-uuid")),
	"host-server-certificate-install":         hostInstallCertificate,
	"host-refresh-server-certificate":         on(hostSelector.one(), "host.refresh_server_certificate", nil),
	"host-emergency-reset-server-certificate": does("host.emergency_reset_server_certificate"),
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

// hostInstallCertificate sends a certificate, its key and, if it has one, the
// chain to those who vouch for it.
func hostInstallCertificate(c *command) error {
	list, err := c.chosen(hostSelector.one(), "certificate", "private-key", "certificate-chain")
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
