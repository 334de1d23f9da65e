import { Skeleton } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Delayed } from "#components/feedback/Delayed.tsx";

const widths = ["60%", "45%", "70%", "50%", "65%", "40%"];

export function AddressListSkeleton() {
  return (
    <Delayed label="Loading addresses">
      <Table aria-hidden variant="compact">
        <Thead>
          <Tr>
            <Th>Name</Th>
            <Th>Type</Th>
            <Th>Plan</Th>
            <Th>Age</Th>
          </Tr>
        </Thead>
        <Tbody>
          {widths.map((width) => (
            <Tr key={width}>
              <Td><Skeleton width={width} /></Td>
              <Td><Skeleton width="4rem" /></Td>
              <Td><Skeleton width="6rem" /></Td>
              <Td><Skeleton width="5rem" /></Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Delayed>
  );
}
