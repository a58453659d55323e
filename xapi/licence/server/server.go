package server

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/xapi/emu"
)

// maxRequest bounds what a host may send, in bytes.
const maxRequest = 4 << 10

// Config is how a server runs.
type Config struct {
	// Address is where it listens, Licences the path of the file of licences.
	// Beside it lie the same path with .state, who holds what, and with .pem,
	// the server's key and certificate.
	Address, Licences string
	Clock             emu.Clock
	Log               *zap.Logger
}

// Server is a licence server that listens.
type Server struct {
	book     *book
	lock     io.Closer
	listener net.Listener
	http     *http.Server
	log      *zap.Logger
}

// Start reads the files, makes those that are missing, and listens.
func Start(cfg Config) (*Server, error) {
	licences, err := ReadFile(cfg.Licences)
	if err != nil {
		return nil, err
	}
	s := &Server{log: cfg.Log}
	if s.lock, err = lock(cfg.Licences); err != nil {
		return nil, err
	}
	if err := s.start(cfg, licences); err != nil {
		return nil, errors.Join(err, s.lock.Close())
	}
	return s, nil
}

// lock keeps other servers from giving away the same licences, until it is
// closed.
func lock(path string) (io.Closer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: another licence server gives these away (%w)", path, err), f.Close())
	}
	return f, nil
}

func (s *Server) start(cfg Config, licences *Licences) (err error) {
	if s.book, err = openBook(licences, cfg.Clock, cfg.Licences+".state"); err != nil {
		return err
	}
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	pair, err := certs.Standalone(cfg.Licences+".pem", hostname, cfg.Clock.Now())
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cfg.Address)
	if err != nil {
		return err
	}
	s.listener = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}})
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+pathCheckout, s.answer(func(r request) (*Grant, error) { return s.book.checkout(r.Host, r.Edition) }))
	mux.HandleFunc("POST "+pathRelease, s.answer(func(r request) (*Grant, error) { return nil, s.book.release(r.Host) }))
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, ErrorLog: zap.NewStdLog(cfg.Log.Named("http"))}
	return nil
}

// Address is where the server listens, with the port that was bound.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.http.Close() })
	defer stop()
	defer s.lock.Close()
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *Server) answer(do func(request) (*Grant, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in request
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
		d.DisallowUnknownFields()
		err := d.Decode(&in)
		if err == nil && d.Decode(&struct{}{}) != io.EOF {
			err = errors.New("there is more than one request")
		}
		if err == nil && in.Host == "" {
			err = errors.New("it does not say which host asks")
		}
		var a answer
		if err != nil {
			a.Refusal = &Refusal{Malformed, err.Error()}
			write(w, http.StatusBadRequest, a)
			return
		}
		a.Grant, err = do(in)
		var no *Refusal
		switch {
		case errors.As(err, &no):
			s.log.Info("refused", zap.String("host", in.Host), zap.String("edition", in.Edition), zap.String("code", no.Code))
			a.Refusal = no
		case err != nil:
			s.log.Error("the state cannot be kept", zap.Error(err))
			http.Error(w, "the server cannot keep its state", http.StatusInternalServerError)
			return
		default:
			s.log.Info(r.URL.Path, zap.String("host", in.Host), zap.String("edition", in.Edition))
		}
		write(w, http.StatusOK, a)
	}
}

func write(w http.ResponseWriter, status int, a answer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(a) // a host that is gone asks again
}
