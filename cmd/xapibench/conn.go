package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// conn is a keep-alive connection that costs the measuring process as little
// as it can: requests are bytes made beforehand, answers are skipped over.
type conn struct {
	c    *tls.Conn
	r    *bufio.Reader
	body []byte
}

func dial(base string) (*conn, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	// The servers are our own, with certificates made on the spot.
	c, err := tls.Dial("tcp", u.Host, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return nil, err
	}
	return &conn{c: c, r: bufio.NewReaderSize(c, 64<<10)}, nil
}

// post makes a whole request.
func post(path, contentType, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", path, contentType, len(body), body)
}

// xmlCall makes a request of an XML-RPC call with string arguments.
func xmlCall(method string, args ...string) []byte {
	var b strings.Builder
	b.WriteString("<?xml version='1.0'?><methodCall><methodName>" + method + "</methodName><params>")
	for _, a := range args {
		b.WriteString("<param><value><string>" + a + "</string></value></param>")
	}
	b.WriteString("</params></methodCall>")
	return post("/", "text/xml", b.String())
}

var errStatus = errors.New("the answer is not 200")

// do sends a request and gives the body of the answer, valid until the next.
func (c *conn) do(request []byte) ([]byte, error) {
	if _, err := c.c.Write(request); err != nil {
		return nil, err
	}
	length, status := -1, false
	for first := true; ; first = false {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if first {
			status = bytes.HasPrefix(line, []byte("HTTP/1.1 200"))
			continue
		}
		if len(line) == 0 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(v)); err != nil {
				return nil, err
			}
		}
	}
	if !status || length < 0 {
		return nil, errStatus
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	c.body = c.body[:length]
	_, err := io.ReadFull(c.r, c.body)
	return c.body, err
}

// must fails unless the answer is a success of an XML-RPC call.
func (c *conn) must(request []byte) ([]byte, error) {
	body, err := c.do(request)
	if err == nil && !bytes.Contains(body, []byte("Success")) {
		err = fmt.Errorf("a call failed: %.300s", body)
	}
	return body, err
}

// value cuts the value out of an answer that is one string.
func value(body []byte) string {
	_, rest, _ := bytes.Cut(body, []byte("<name>Value</name><value>"))
	v, _, _ := bytes.Cut(rest, []byte("</value>"))
	v = bytes.TrimPrefix(v, []byte("<string>"))
	return string(bytes.TrimSuffix(v, []byte("</string>")))
}

func (c *conn) close() { _ = c.c.Close() }

// login opens a connection and a session on it.
func login(base string) (*conn, string, error) {
	c, err := dial(base)
	if err != nil {
		return nil, "", err
	}
	body, err := c.must(xmlCall("session.login_with_password", "root", password))
	if err != nil {
		c.close()
		return nil, "", err
	}
	return c, value(body), nil
}
