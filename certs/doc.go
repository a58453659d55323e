// Package certs keeps what a host proves itself with: the server certificate
// that clients see, the internal certificate that the members of a pool show
// each other, the CA that issues the latter, the pool secret, and the
// certificates and revocation lists that an operator has installed.
//
// A Store holds them for one host, in a directory or (without one) in memory:
//
//	host.pem        server certificate: private key, certificate, chain
//	pool-ca.pem     the CA that this host issues internal certificates with
//	pool.pem        internal certificate, named after the host's uuid
//	pool-secret     the secret that is sent; on further lines, others accepted
//	members/        internal certificates of other members, <uuid>.pem
//	ca/ crl/ trusted/   what pool.install_ca_certificate and its like brought
//
// A key and its certificate share one file, so that replacing that file
// replaces both or neither. Every write goes to a new file that is synced and
// then renamed. A file that is missing is made; a file that is there and cannot
// be used is an error, because a new certificate in its place would look like
// an attack to each client that has pinned the old one.
//
// The host's own certificate is ready when Open returns. The internal one and
// its CA cost two more keys, and are made when somebody first asks for them.
package certs
