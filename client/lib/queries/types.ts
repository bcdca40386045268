/** The things the API speaks of, under the names the pages use. */
import type {
  CreateEventData,
  CreateTicketData,
  CurrentUserResponse,
  GetAvailabilityResponse,
  GetEventResponse,
  GetOrderResponse,
  GetPaymentResponse,
  GetPaymentsConfigResponse,
  GetTicketResponse,
  ListEventsResponse,
  ListSalesData,
  ListSalesResponse,
  ListTicketsResponse,
  SignInData,
  SignUpData,
  SummarizeSalesResponse,
  UpdateEventData,
  UpdateOrderData,
  UpdateTicketData,
} from '../api/types.gen';
import type { Heard } from '../time/clock';

export type User = NonNullable<CurrentUserResponse['current_user']>;
export type EventPage = ListEventsResponse;
export type Event = EventPage['items'][number];
export type EventDetail = GetEventResponse;
export type Venue = EventDetail['venue'];
export type Availability = GetAvailabilityResponse;
export type TicketPage = ListTicketsResponse;
export type Ticket = GetTicketResponse;
export type Order = GetOrderResponse;
export type HeardOrder = Order & Heard;
export type Contact = UpdateOrderData['body']['contact'];
export type Payment = GetPaymentResponse;
export type PaymentConfig = GetPaymentsConfigResponse;

export type Sale = ListSalesResponse['items'][number];
export type SalesFilter = Omit<NonNullable<ListSalesData['query']>, 'cursor' | 'limit'>;
export type SalesSummary = SummarizeSalesResponse;
export type TicketSales = SalesSummary['tickets'][number];

export type SignIn = SignInData['body'];
export type SignUp = SignUpData['body'];
export type EventCreate = CreateEventData['body'];
export type EventPatch = UpdateEventData['body'];
export type TicketCreate = CreateTicketData['body'];
export type TicketPatch = UpdateTicketData['body'];
