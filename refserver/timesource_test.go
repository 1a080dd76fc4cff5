package main

import (
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// standardTime is a server of standard time whose clock is ahead of this machine's, by
// the stratum it claims to be of. It answers once so many have asked, then each.
func standardTime(t *testing.T, ahead time.Duration, stratum byte, together int) (host string, asked *atomic.Int32) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	asked = &atomic.Int32{}
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	go func() {
		defer close(done)
		waiting := map[net.Addr][]byte{}
		for {
			ask := make([]byte, 512)
			n, from, err := conn.ReadFrom(ask)
			if err != nil || n < 48 {
				return
			}
			waiting[from] = ask
			if asked.Add(1) < int32(together) {
				continue
			}
			for from, ask := range waiting {
				if _, err := conn.WriteTo(timeAnswer(ask, ahead, stratum), from); err != nil {
					return
				}
			}
			clear(waiting)
		}
	}()
	return conn.LocalAddr().String(), asked
}

// timeAnswer is what the server says to who has asked.
func timeAnswer(ask []byte, ahead time.Duration, stratum byte) []byte {
	answer := make([]byte, 48)
	answer[0] = 4<<3 | 4 // version 4, a server
	answer[1] = stratum
	answer[2], answer[3] = 6, 0xe9 // polled each minute, exact to a tenth of a microsecond
	copy(answer[12:], "LOCL")
	now := time.Now().Add(ahead)
	stamp := func(at int, moment time.Time) {
		binary.BigEndian.PutUint32(answer[at:], uint32(moment.Unix()+2208988800)) // since 1900
		binary.BigEndian.PutUint32(answer[at+4:], uint32(uint64(moment.Nanosecond())<<32/1e9))
	}
	stamp(16, now.Add(-time.Minute)) // last set
	copy(answer[24:32], ask[40:48])
	stamp(32, now)
	stamp(40, now)
	return answer
}

// TestTheCheckpointSaysHowFarTheClockIsOff: what the source of standard time says stands
// in the checkpoint; one that does not know the time itself is not believed.
func TestTheCheckpointSaysHowFarTheClockIsOff(t *testing.T) {
	good, asked := standardTime(t, 90*time.Second, 1, 1)
	var cfg ismskit.Config
	if err := signing(options{data: t.TempDir(), timeSource: good}, &cfg); err != nil {
		t.Fatal(err)
	}
	clock, err := cfg.TimeSource(t.Context())
	if err != nil || clock.Source != good {
		t.Fatalf("%+v, %v", clock, err)
	}
	if off := (clock.Offset - 90*time.Second).Abs(); off > 30*time.Second {
		t.Errorf("this machine is said to be off by %v", clock.Offset)
	}
	if clock.Offset != clock.Offset.Truncate(time.Microsecond) {
		t.Errorf("%v is finer than a checkpoint says it", clock.Offset)
	}
	for range 30 { // the nights of a month that somebody moves on by
		if again, err := cfg.TimeSource(t.Context()); err != nil || again != clock {
			t.Fatalf("%+v, %v", again, err)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times within a minute", n)
	}
	lost, _ := standardTime(t, 0, 16, 1)
	if clock, err := timeSource(lost)(t.Context()); err == nil || clock.Source != lost || clock.Offset != 0 || !strings.Contains(err.Error(), lost) {
		t.Errorf("believed a source that is not synchronised: %+v, %v", clock, err)
	}
}

// Two who have checkpoints signed at the same moment ask the source at the same moment:
// neither waits for the other, who may wait for a source that is slow.
func TestNobodyWaitsForWhatAnotherAskedTheTimeSource(t *testing.T) {
	host, _ := standardTime(t, 0, 1, 2)
	ask := timeSource(host)
	var both sync.WaitGroup
	failed := make([]error, 2)
	for i := range failed {
		both.Go(func() { _, failed[i] = ask(t.Context()) })
	}
	both.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Error(err)
	}
}
