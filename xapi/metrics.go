package xapi

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
)

// metrics are what -metrics-address serves.
type metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.HistogramVec
}

func newMetrics(d *Daemon) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "xapid_call_seconds", Help: "Time to answer a call, by message and error code.",
			Buckets: prometheus.ExponentialBuckets(50e-6, 4, 10),
		}, []string{"method", "code"}),
	}
	rows := func(class string) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "xapid_objects", Help: "Objects in the database, by class.", ConstLabels: prometheus.Labels{"class": class},
		}, func() float64 { return float64(d.DB().View().Count(model.ClassByName(class))) })
	}
	m.registry.MustRegister(m.calls, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "xapid_generation", Help: "Generation of the database."},
			func() float64 { return float64(d.DB().View().Gen()) }))
	for _, class := range []string{"host", "VM", "VDI", "VBD", "VIF", "SR", "task", "session", "message"} {
		m.registry.MustRegister(rows(class))
	}
	return m
}

func (m *metrics) observe(method, code string, took time.Duration) {
	m.calls.WithLabelValues(method, code).Observe(took.Seconds())
}

func (d *Daemon) listenMetrics() error {
	l, err := net.Listen("tcp", d.Config.MetricsAddress)
	if err != nil {
		return errors.Join(errors.New("-metrics-address"), err)
	}
	m := d.metrics
	srv := &http.Server{Handler: promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}), ReadHeaderTimeout: 10 * time.Second}
	d.wg.Go(func() {
		<-d.background.Done()
		_ = srv.Close() // scrapes are not worth waiting for
	})
	d.wg.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			d.Config.Log.Error("metrics listener failed", zap.Error(err))
		}
	})
	return nil
}
