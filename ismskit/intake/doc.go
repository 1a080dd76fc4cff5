// Package intake opens what somebody hands in to be taken into the archive: a ZIP, or a folder, of files that
// were kept before. It tells which files there are and gives their bytes; what they are, and whether they may
// be taken in, is the Kit's to say.
//
// A package comes from anybody's computer, so it is bounded before a byte of it is unpacked, and refused as a
// whole with an [*Error] that says why: one that is too large or unpacks to too much, one with a password, one
// whose names lead out of it. Nothing is written to a disk, and a ZIP within it stays a file.
package intake
