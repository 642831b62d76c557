package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// firstInherited is the first file that systemd hands over: sd_listen_fds(3).
const firstInherited = 3

var errNoListener = errors.New("LISTEN_FDS is set, but what was handed over is not one listening TCP socket: use ListenStream=PORT once in the socket unit")

// inherited gives the socket on which whoever started this process listens
// already, nil when there is none. It stays open while no Hookline runs, so a
// client that connects during a restart waits instead of being refused.
func inherited(env func(string) string) (net.Listener, error) {
	if env("LISTEN_PID") != strconv.Itoa(os.Getpid()) || env("LISTEN_FDS") == "" {
		return nil, nil // they may be meant for the process that started this one
	}
	if env("LISTEN_FDS") != "1" {
		return nil, errNoListener
	}
	file := os.NewFile(firstInherited, "inherited socket")
	defer func() { _ = file.Close() }() // the listener has a copy
	if listens, err := syscall.GetsockoptInt(firstInherited, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN); err != nil || listens == 0 {
		return nil, errors.Join(errNoListener, err)
	}
	listener, err := net.FileListener(file)
	if err != nil {
		return nil, errors.Join(errNoListener, err)
	}
	if _, tcp := listener.(*net.TCPListener); !tcp {
		return nil, errors.Join(errNoListener, listener.Close())
	}
	return listener, nil
}

// notify tells systemd how the service stands, such as READY=1: sd_notify(3).
// Without systemd nobody is told.
func notify(env func(string) string, state string) error {
	path := env("NOTIFY_SOCKET")
	if path == "" {
		return nil
	}
	// A name that begins with @ is in the abstract namespace; package net knows it by that too.
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("tell systemd %s: %w", strings.ToLower(state), err)
	}
	_, err = conn.Write([]byte(state))
	return errors.Join(err, conn.Close())
}
