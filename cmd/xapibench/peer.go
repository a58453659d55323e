package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"time"
)

// peer is the limit: net/http over TLS with a certificate like the daemon's,
// that reads the request and answers bytes which lie ready.
type peer struct {
	url    string
	server *http.Server
}

func newPeer(answer []byte) (*peer, error) {
	cert, err := selfSigned()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	length := []string{strconv.Itoa(len(answer))}
	kind := []string{"text/xml"}
	p := &peer{url: "https://" + l.Addr().String()}
	p.server = &http.Server{
		ReadHeaderTimeout: time.Minute,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil {
				return
			}
			h := w.Header()
			h["Content-Length"], h["Content-Type"] = length, kind
			_, _ = w.Write(answer) // the client will see
		}),
	}
	go func() { _ = p.server.ServeTLS(l, "", "") }() // ends with close
	return p, nil
}

func (p *peer) close() { _ = p.server.Close() }

func selfSigned() (tls.Certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return tls.Certificate{}, err
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "peer"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
