package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// While one asks a slow database for the organisation's name nobody else waits; a
// database that is away is not asked by every page.
func TestNobodyWaitsForTheAgencysName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, gate := 0, make(chan struct{})
		answer := func() (string, string, error) { return "民政局", "Civil Affairs", nil }
		a := &agencyName{ask: func(context.Context) (string, string, error) {
			asked++
			return answer()
		}}
		get := func(want string, times int) {
			t.Helper()
			if name, _ := a.get(t.Context()); name != want || asked != times {
				t.Errorf("%q after %d questions; want %q after %d", name, asked, want, times)
			}
		}
		answer = func() (string, string, error) { return "", "", errors.New("the database is away") }
		get("", 1)
		get("", 1) // not asked again at once
		time.Sleep(nameRetry)
		answer = func() (string, string, error) { return "民政局", "Civil Affairs", nil }
		get("民政局", 2)

		time.Sleep(nameFresh)
		answer = func() (string, string, error) { <-gate; return "民政局二", "", nil }
		first := make(chan string)
		go func() {
			name, _ := a.get(t.Context())
			first <- name
		}()
		synctest.Wait()
		get("民政局", 3) // the first still waits for his answer
		close(gate)
		if name := <-first; name != "民政局二" {
			t.Errorf("the first gets %q", name)
		}
		get("民政局二", 3)
		time.Sleep(nameFresh)
		answer = func() (string, string, error) { return "", "", errors.New("the database is away") }
		get("民政局二", 4)
		get("民政局二", 4)
	})
}
