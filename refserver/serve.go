package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	headerPatience  = 10 * time.Second
	idlePatience    = 2 * time.Minute
	requestPatience = 5 * time.Minute // an upload over a slow line
	stopPatience    = 20 * time.Second
	sweepEvery      = time.Hour
	clockEvery      = 5 * time.Second
	maxHeader       = 64 << 10
)

// serve answers until ctx ends: then it takes no more requests, finishes those
// under way, stops the queue and returns.
func serve(ctx context.Context, h *house, listener net.Listener, out io.Writer, log *slog.Logger) error {
	server := &http.Server{
		Handler: h.handler, ReadHeaderTimeout: headerPatience, ReadTimeout: requestPatience, WriteTimeout: requestPatience,
		IdleTimeout: idlePatience, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()

	// The queue outlives the requests: what they caused may still be due.
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	var workers sync.WaitGroup
	workers.Go(func() {
		if err := h.kit.Run(background); err != nil && background.Err() == nil {
			failed <- fmt.Errorf("queue: %w", err)
		}
	})
	workers.Go(func() { h.housekeeping(background, log) })

	err := h.kept.ready(ctx)
	if err == nil {
		err = h.greet(listener.Addr(), out)
	}
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	if stopErr := server.Shutdown(stopping); stopErr != nil {
		err = errors.Join(err, fmt.Errorf("requests cut off: %w", stopErr), server.Close())
	}
	if h.leaper != nil {
		h.leaper.stop(stopping)
	}
	stopBackground()
	workers.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// greet says where the server answers, and with what to sign in.
func (h *house) greet(addr net.Addr, out io.Writer) error {
	_, err := fmt.Fprintf(out, "listening on http://%s\n%s", addr, h.welcome)
	return err
}

// housekeeping throws away what has run out, and follows the demonstration's
// clock where another server has moved it.
func (h *house) housekeeping(ctx context.Context, log *slog.Logger) {
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	clock := time.NewTicker(clockEvery)
	defer clock.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			err = h.kept.accounts.Sweep(ctx, time.Now())
		case <-clock.C:
			if h.clock == nil || !h.kept.shared {
				continue
			}
			err = h.clock.Refresh(ctx)
		}
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "housekeeping", "error", err)
		}
	}
}
