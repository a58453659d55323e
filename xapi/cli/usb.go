package cli

// usbActs are what the commands of this file do.
var usbActs = acts{
	"pusb-scan":    does("PUSB.scan", the("host", "host-uuid")),
	"vusb-create":  makes("VUSB", "create", the("VM", "vm-uuid"), the("USB_group", "usb-group-uuid"), none),
	"vusb-unplug":  onUUID("VUSB", "unplug"),
	"vusb-destroy": onUUID("VUSB", "destroy"),
}
