package postroom;

import java.io.PrintStream;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;
import org.objectweb.jtests.jms.conform.connection.ConnectionTest;
import org.objectweb.jtests.jms.conform.connection.TopicConnectionTest;
import org.objectweb.jtests.jms.conform.message.MessageBodyTest;
import org.objectweb.jtests.jms.conform.message.MessageDefaultTest;
import org.objectweb.jtests.jms.conform.message.MessageTypeTest;
import org.objectweb.jtests.jms.conform.message.headers.MessageHeaderTest;
import org.objectweb.jtests.jms.conform.message.properties.JMSXPropertyTest;
import org.objectweb.jtests.jms.conform.message.properties.MessagePropertyConversionTest;
import org.objectweb.jtests.jms.conform.message.properties.MessagePropertyTest;
import org.objectweb.jtests.jms.conform.queue.QueueBrowserTest;
import org.objectweb.jtests.jms.conform.queue.TemporaryQueueTest;
import org.objectweb.jtests.jms.conform.selector.SelectorSyntaxTest;
import org.objectweb.jtests.jms.conform.selector.SelectorTest;
import org.objectweb.jtests.jms.conform.session.QueueSessionTest;
import org.objectweb.jtests.jms.conform.session.SessionTest;
import org.objectweb.jtests.jms.conform.session.TopicSessionTest;
import org.objectweb.jtests.jms.conform.session.UnifiedSessionTest;
import org.objectweb.jtests.jms.conform.topic.TemporaryTopicTest;

/** Runs all cases; prints a line `CASE ok|failed name [first line of the reason]` for each. */
public final class JoramRun {
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    // The cases print much of their own.
    System.setOut(System.err);
    JUnitCore core = new JUnitCore();
    core.addListener(new RunListener() {
      private Failure failure;

      @Override
      public void testStarted(Description description) {
        failure = null;
      }

      @Override
      public void testFailure(Failure happened) {
        if (failure == null) failure = happened;
      }

      @Override
      public void testFinished(Description description) {
        String name = description.getTestClass().getSimpleName() + "." + description.getMethodName();
        if (failure == null) out.println("CASE ok " + name);
        else out.println("CASE failed " + name + " " + String.valueOf(failure.getException()).lines().findFirst().orElse(""));
      }
    });
    core.run(
        ConnectionTest.class, TopicConnectionTest.class, MessageBodyTest.class, MessageDefaultTest.class, MessageTypeTest.class,
        MessageHeaderTest.class, JMSXPropertyTest.class, MessagePropertyConversionTest.class, MessagePropertyTest.class,
        QueueBrowserTest.class, TemporaryQueueTest.class, SelectorSyntaxTest.class, SelectorTest.class, QueueSessionTest.class,
        SessionTest.class, TopicSessionTest.class, UnifiedSessionTest.class, TemporaryTopicTest.class);
    System.exit(0);
  }
}
