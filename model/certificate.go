package model

import "time"

// CertificateType is what a certificate is for: serving clients, serving
// members, or being trusted.
type CertificateType string

// The labels of CertificateType.
const (
	CertificateTypeCA           CertificateType = "ca"
	CertificateTypeHost         CertificateType = "host"
	CertificateTypeHostInternal CertificateType = "host_internal"
	CertificateTypePinned       CertificateType = "pinned"
)

var _ = enum("certificate_type", CertificateTypeCA, CertificateTypeHost, CertificateTypeHostInternal, CertificateTypePinned)

// Certificate shows a certificate that a host serves with or the pool trusts;
// its text is kept elsewhere.
type Certificate struct {
	UUID              string               `api:"RO" life:"stockholm"`
	Name              string               `api:"RO" default:"" life:"1.294.0"`
	Type              CertificateType      `api:"RO" default:"host" life:"1.294.0"`
	Host              Ref[Host]            `api:"CO" default:"OpaqueRef:NULL" life:"stockholm"`
	NotBefore         time.Time            `api:"CO" default:"19700101T00:00:00Z" life:"stockholm"`
	NotAfter          time.Time            `api:"CO" default:"19700101T00:00:00Z" life:"stockholm"`
	Fingerprint       string               `api:"CO" default:"" life:"published:stockholm,deprecated:24.19.0"`
	FingerprintSha256 string               `api:"CO" default:"" life:"prototyped:24.20.0"`
	FingerprintSha1   string               `api:"CO" default:"" life:"prototyped:24.20.0"`
	Purpose           []CertificatePurpose `api:"CO" default:"[]" life:"prototyped:26.13.0"`
}

var _ = define[Certificate](Def{
	Name:  "Certificate",
	Life:  "stockholm",
	Roles: "read-only",
	Flags: "database persist events get_all",
})
