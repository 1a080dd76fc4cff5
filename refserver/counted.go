package main

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/ismskit/ismskit/ismskit"
)

// countedMail counts mails by what became of them.
type countedMail struct {
	ismskit.Notifier
	sent *prometheus.CounterVec
}

func counted(n ismskit.Notifier, reg prometheus.Registerer) (ismskit.Notifier, error) {
	sent := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ismskit_mails_total", Help: "Mails handed to the mail server, by what became of them.",
	}, []string{"outcome"})
	if err := reg.Register(sent); err != nil {
		return nil, err
	}
	return &countedMail{Notifier: n, sent: sent}, nil
}

// Notify implements ismskit.Notifier.
func (c *countedMail) Notify(ctx context.Context, m ismskit.Mail) error {
	err := c.Notifier.Notify(ctx, m)
	outcome := "sent"
	if err != nil {
		outcome = "failed"
	}
	c.sent.WithLabelValues(outcome).Inc()
	return err
}

// keptMeter looks at the queue when somebody asks for the figures, but not more often
// than every meterFresh: whoever reaches the server may ask.
type keptMeter struct {
	store               ismskit.Store
	depth, dead, oldest *prometheus.Desc

	mu   sync.Mutex // held while one looks: the others wait and are told the same
	last queueFigures
	at   time.Time
}

// queueFigures are what is told of the queue, or why nothing can be.
type queueFigures struct {
	depth, dead int
	next        time.Time
	err         error
}

const (
	meterPatience = 2 * time.Second
	meterFresh    = 10 * time.Second
	meterMost     = 1000 // counts stop there
)

// registerKept adds what the process and the queue have to say.
func registerKept(reg prometheus.Registerer, store ismskit.Store) error {
	m := &keptMeter{
		store:  store,
		depth:  prometheus.NewDesc("ismskit_queue_jobs", "Jobs in the queue, due or to come; stops at 1000.", nil, nil),
		dead:   prometheus.NewDesc("ismskit_queue_dead", "Jobs that were given up; stops at 1000.", nil, nil),
		oldest: prometheus.NewDesc("ismskit_queue_next_due_timestamp_seconds", "When the earliest job is due, in business time; 0 if there is none.", nil, nil),
	}
	for _, c := range []prometheus.Collector{m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := reg.Register(c); err != nil {
			return err
		}
	}
	return nil
}

// Describe implements prometheus.Collector.
func (m *keptMeter) Describe(ch chan<- *prometheus.Desc) {
	ch <- m.depth
	ch <- m.dead
	ch <- m.oldest
}

// Collect implements prometheus.Collector. A database that doesn't answer is
// shown as an error of these figures, not as zero.
func (m *keptMeter) Collect(ch chan<- prometheus.Metric) {
	f := m.figures()
	if f.err != nil {
		for _, d := range []*prometheus.Desc{m.depth, m.dead, m.oldest} {
			ch <- prometheus.NewInvalidMetric(d, f.err)
		}
		return
	}
	ch <- prometheus.MustNewConstMetric(m.depth, prometheus.GaugeValue, float64(f.depth))
	ch <- prometheus.MustNewConstMetric(m.dead, prometheus.GaugeValue, float64(f.dead))
	seconds := 0.0
	if !f.next.IsZero() {
		seconds = float64(f.next.Unix())
	}
	ch <- prometheus.MustNewConstMetric(m.oldest, prometheus.GaugeValue, seconds)
}

func (m *keptMeter) figures() queueFigures {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.at.IsZero() && time.Since(m.at) < meterFresh {
		return m.last
	}
	m.last, m.at = m.look(), time.Now()
	return m.last
}

func (m *keptMeter) look() (f queueFigures) {
	ctx, cancel := context.WithTimeout(context.Background(), meterPatience)
	defer cancel()
	f.err = m.store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		waiting, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{Limit: meterMost, Bare: true})
		if err != nil {
			return err
		}
		given, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{Dead: true, Limit: meterMost, Bare: true})
		if err != nil {
			return err
		}
		at, err := tx.Queue().Next(ctx)
		f.depth, f.dead, f.next = len(waiting), len(given), at
		return err
	})
	return f
}
