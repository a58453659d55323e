import com.xensource.xenapi.APIVersion;
import com.xensource.xenapi.Connection;
import com.xensource.xenapi.Event;
import com.xensource.xenapi.Host;
import com.xensource.xenapi.Network;
import com.xensource.xenapi.PBD;
import com.xensource.xenapi.Pool;
import com.xensource.xenapi.SR;
import com.xensource.xenapi.Session;
import com.xensource.xenapi.Task;
import com.xensource.xenapi.Types;
import com.xensource.xenapi.VBD;
import com.xensource.xenapi.VDI;
import com.xensource.xenapi.VIF;
import com.xensource.xenapi.VM;
import com.xensource.xenapi.VMGuestMetrics;
import java.net.URL;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Drives a pool through the Java SDK: Scenario URL USER PASSWORD. */
public final class Scenario {
    private static final long DEADLINE = System.nanoTime() + 60_000_000_000L;

    private static void check(boolean condition, String what) {
        if (!condition) {
            System.err.println("FAILED: " + what);
            System.exit(1);
        }
    }

    private static void step(String name) {
        System.out.println("ok " + name);
    }

    /** The pool's certificate is made by itself. */
    private static void trustAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new X509TrustManager() {
            public void checkClientTrusted(X509Certificate[] chain, String type) {}
            public void checkServerTrusted(X509Certificate[] chain, String type) {}
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        }}, null);
        HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);
    }

    private static void records(Connection c) throws Exception {
        check(Host.getAllRecords(c).size() == 2, "two hosts");
        check(Pool.getAllRecords(c).size() == 1, "one pool");
        check(!SR.getAllRecords(c).isEmpty() && !PBD.getAllRecords(c).isEmpty(), "storage");
        check(!Network.getAllRecords(c).isEmpty() && !VIF.getAllRecords(c).isEmpty(), "networks");
        check(!VDI.getAllRecords(c).isEmpty() && !VBD.getAllRecords(c).isEmpty(), "disks");
        check(VM.getAllRecords(c).size() > 10, "VMs");
        check(!VMGuestMetrics.getAllRecords(c).isEmpty(), "guest metrics");
        for (Host.Record host : Host.getAllRecords(c).values()) {
            check(host.enabled && host.softwareVersion.containsKey("product_version"), "host record");
        }
    }

    private static VM install(Connection c) throws Exception {
        VM template = VM.getByNameLabel(c, "Other install media").iterator().next();
        VM vm = template.createClone(c, "java scenario");
        vm.setNameDescription(c, "made by Scenario.java");
        vm.provision(c);
        VDI.Record disk = new VDI.Record();
        disk.nameLabel = "java disk";
        disk.nameDescription = "";
        disk.SR = Pool.getAll(c).iterator().next().getDefaultSR(c);
        disk.virtualSize = 1L << 30;
        disk.type = Types.VdiType.USER;
        disk.sharable = false;
        disk.readOnly = false;
        disk.otherConfig = new HashMap<>();
        VBD.Record drive = new VBD.Record();
        drive.VM = vm;
        drive.VDI = VDI.create(c, disk);
        drive.userdevice = "0";
        drive.bootable = true;
        drive.mode = Types.VbdMode.RW;
        drive.type = Types.VbdType.DISK;
        drive.empty = false;
        drive.unpluggable = false;
        drive.otherConfig = new HashMap<>();
        drive.qosAlgorithmType = "";
        drive.qosAlgorithmParams = new HashMap<>();
        VBD.create(c, drive);
        VIF.Record vif = new VIF.Record();
        vif.VM = vm;
        vif.network = Network.getAll(c).iterator().next();
        vif.device = "0";
        vif.MAC = "";
        vif.MTU = 1500L;
        vif.otherConfig = new HashMap<>();
        vif.qosAlgorithmType = "";
        vif.qosAlgorithmParams = new HashMap<>();
        VIF.create(c, vif);
        return vm;
    }

    private static void await(Connection c, String what, Callable<Boolean> done) throws Exception {
        String token = "";
        Set<String> classes = new HashSet<>(List.of("task", "vm", "vm_guest_metrics"));
        while (!done.call()) {
            check(System.nanoTime() < DEADLINE, "too late: " + what);
            token = Event.from(c, classes, token, 5.0).token;
        }
    }

    private static void awaitState(Connection c, VM vm, Types.VmPowerState state) throws Exception {
        await(c, "the VM is not " + state, () -> vm.getPowerState(c) == state);
        if (state == Types.VmPowerState.RUNNING) {
            await(c, "no address", () -> {
                VMGuestMetrics metrics = vm.getGuestMetrics(c);
                return !metrics.isNull() && metrics.getNetworks(c).containsKey("0/ip");
            });
        }
    }

    private static void run(Connection c, Task task) throws Exception {
        await(c, "task", () -> task.getStatus(c) != Types.TaskStatusType.PENDING);
        check(task.getStatus(c) == Types.TaskStatusType.SUCCESS, "task: " + task.getErrorInfo(c));
        check(task.getProgress(c) == 1.0, "progress of a task");
        task.destroy(c);
    }

    public static void main(String[] args) throws Exception {
        trustAll();
        Connection c = new Connection(new URL(args[0]), 30, 30);
        Session.loginWithPassword(c, args[1], args[2], APIVersion.latest().toString(), "Scenario.java");
        step("login");
        records(c);
        step("records");
        VM vm = install(c);
        step("install");

        run(c, vm.startAsync(c, false, false));
        awaitState(c, vm, Types.VmPowerState.RUNNING);
        step("start");
        run(c, vm.cleanRebootAsync(c));
        awaitState(c, vm, Types.VmPowerState.RUNNING);
        run(c, vm.suspendAsync(c));
        awaitState(c, vm, Types.VmPowerState.SUSPENDED);
        run(c, vm.resumeAsync(c, false, false));
        awaitState(c, vm, Types.VmPowerState.RUNNING);
        vm.pause(c);
        awaitState(c, vm, Types.VmPowerState.PAUSED);
        vm.unpause(c);
        awaitState(c, vm, Types.VmPowerState.RUNNING);
        step("reboot, suspend, resume, pause, unpause");

        try {
            vm.start(c, false, false);
            check(false, "a running VM was started");
        } catch (Types.VmBadPowerState e) {
            check(e.expected.equals("halted") && e.actual.equals("running"), "VM_BAD_POWER_STATE: " + e);
        }
        try {
            VM.getByUuid(c, "nope");
            check(false, "a uuid was found");
        } catch (Types.UuidInvalid e) {
            check(e.type.equals("VM") && e.uuid.equals("nope"), "UUID_INVALID: " + e);
        }
        VM gone = VM.getByNameLabel(c, "Other install media").iterator().next().createClone(c, "gone");
        gone.destroy(c);
        try {
            gone.getRecord(c);
            check(false, "a destroyed VM has a record");
        } catch (Types.HandleInvalid e) {
            check(e.clazz.equals("VM"), "HANDLE_INVALID: " + e);
        }
        step("errors");

        run(c, vm.cleanShutdownAsync(c));
        awaitState(c, vm, Types.VmPowerState.HALTED);
        Set<VBD> drives = vm.getVBDs(c);
        Set<VDI> disks = new HashSet<>();
        for (VBD drive : drives) {
            disks.add(drive.getVDI(c));
        }
        vm.destroy(c);
        for (VDI disk : disks) {
            disk.destroy(c);
        }
        step("shutdown and destroy");

        Session.logout(c);
        step("logout");
    }
}
