package intake_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"testing"

	"github.com/ismskit/ismskit/ismskit/intake"
)

// directoryAlone is a ZIP that is a directory of so many files and nothing else.
func directoryAlone(files int) []byte {
	line := make([]byte, 46)
	copy(line, "PK\x01\x02")
	all := bytes.Repeat(line, files)
	end := make([]byte, 22)
	copy(end, "PK\x05\x06")
	binary.LittleEndian.PutUint16(end[8:], uint16(files))
	binary.LittleEndian.PutUint16(end[10:], uint16(files))
	binary.LittleEndian.PutUint32(end[12:], uint32(len(all)))
	return append(all, end...)
}

// What says that it holds a million files is refused before they are all listed in memory.
func TestADirectoryOfAMillionFilesTakesLittleMemory(t *testing.T) {
	bomb := directoryAlone(1_000_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := intake.Zip(bytes.NewReader(bomb), int64(len(bomb)), intake.Limits{Files: 100})
	runtime.ReadMemStats(&after)
	refused, ok := errors.AsType[*intake.Error](err)
	if !ok || refused.Code != intake.TooMany {
		t.Errorf("it is answered with %v", err)
	}
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 32 {
		t.Errorf("it takes %d MiB", took)
	}
}
